import Model

/// An app's files and their signature in one file, as publishers send them: a tar archive (POSIX.1-1988 "ustar").
///
/// Nothing in it is compressed, so it takes no more room when it is read than when it came; and only plain files are
/// taken, so nothing in it can lead elsewhere.
package enum PackageArchive {
    /// The first entry, which is no file of the app.
    static let signatureFile = "signature.json"
    /// The most bytes that an archive can have: those of its files, a header and padding for each, and the end.
    package static let maxBytes = AppPackage.Limits.total + (AppPackage.Limits.files + 2) * 2 * block + (64 << 10)

    private static let block = 512

    /// The archive that ``read(_:)`` takes.
    /// - Throws: ``PackageError`` for a path that the format has no room for.
    package static func write(_ files: [AppPackage.File], _ signature: PackageSignature) throws(PackageError) -> [UInt8] {
        var archive: [UInt8] = []
        archive.reserveCapacity(files.reduce(4 * block) { $0 + $1.content.count + 2 * block })
        for file in [AppPackage.File(path: signatureFile, content: signature.json)] + files {
            guard let header = TarHeader(path: file.path, size: file.content.count) else {
                throw PackageError([
                    Diagnostic(
                        .error, file: file.path, "has a name that is too long for a package",
                        hint: "keep each part of the path under 100 characters")
                ])
            }
            archive += header.bytes
            archive += file.content
            archive += [UInt8](repeating: 0, count: padding(file.content.count))
        }
        archive += [UInt8](repeating: 0, count: 2 * block)
        return archive
    }

    /// Takes an archive apart. Says nothing yet about whether the signature is right or the files make an app.
    /// - Throws: ``PackageError`` that names the first thing that is not as it must be.
    package static func read(_ archive: [UInt8]) throws(PackageError) -> (files: [AppPackage.File], signature: PackageSignature) {
        try refuseOtherFormats(archive)
        guard archive.count <= maxBytes else {
            throw problem("", "the package has more than \(maxBytes >> 20) MiB", hint: "put less into it")
        }
        var files: [AppPackage.File] = []
        var signature: PackageSignature?
        var seen: Set<String> = []
        var place = 0
        while place + block <= archive.count {
            let header = archive[place..<place + block]
            if header.allSatisfy({ $0 == 0 }) { break }
            let entry = try entry(header)
            place += block
            guard entry.size <= archive.count - place else {
                throw problem(entry.path, "ends before its last byte: the package is cut off", hint: "publish it again")
            }
            guard seen.insert(entry.path).inserted else {
                throw problem(entry.path, "is in the package twice", hint: "make the package with \"stoa publish\"")
            }
            let content = Array(archive[place..<place + entry.size])
            place += entry.size + padding(entry.size)
            if entry.path == signatureFile {
                signature = try PackageSignature(json: content)
            } else {
                files.append(AppPackage.File(path: entry.path, content: content))
            }
            guard files.count <= AppPackage.Limits.files else {
                throw problem("", "the package has more than \(AppPackage.Limits.files) files", hint: "put fewer into it")
            }
        }
        guard let signature else {
            throw problem(
                "", "the package is not signed: it has no \(signatureFile)", hint: "make the package with \"stoa publish\"")
        }
        return (files, signature)
    }

    private static func entry(_ header: ArraySlice<UInt8>) throws(PackageError) -> (path: String, size: Int) {
        guard let header = TarHeader(header) else {
            throw problem("", "the package is not a tar archive, or is damaged", hint: "make the package with \"stoa publish\"")
        }
        // A name goes into messages, and from there to terminals.
        guard header.path.isLine(upTo: 256) else {
            throw problem("", "a file in the package has control characters in its name, or none", hint: "rename it")
        }
        switch header.type {
        case UInt8(ascii: "0"), 0: return (header.path, header.size)
        case UInt8(ascii: "1"), UInt8(ascii: "2"):
            throw problem(header.path, "is a link", hint: "put the file itself into the package")
        default:
            throw problem(
                header.path, "is no plain file, and a package holds nothing else", hint: "make the package with \"stoa publish\"")
        }
    }

    private static func refuseOtherFormats(_ archive: [UInt8]) throws(PackageError) {
        let formats: [(magic: [UInt8], name: String)] = [
            (Array("PK".utf8), "a zip file"), ([0x1F, 0x8B], "compressed by gzip"), (Array("BZh".utf8), "compressed by bzip2"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed by xz"), ([0x28, 0xB5, 0x2F, 0xFD], "compressed by zstd"),
        ]
        guard let format = formats.first(where: { archive.starts(with: $0.magic) }) else { return }
        throw problem(
            "", "the package is \(format.name); packages are plain tar archives", hint: "make the package with \"stoa publish\"")
    }

    private static func padding(_ size: Int) -> Int { (block - size % block) % block }

    private static func problem(_ file: String, _ message: String, hint: String) -> PackageError {
        PackageError([Diagnostic(.error, file: file, message, hint: hint)])
    }
}

/// The 512 bytes before each file of a tar archive.
private struct TarHeader {
    let path: String
    let size: Int
    let type: UInt8
    let bytes: [UInt8]

    /// A plain file's. Nil when the path does not fit: 100 bytes, or 155 more for the folders that it lies in.
    init?(path: String, size: Int) {
        let whole = Array(path.utf8)
        var (folder, name) = ([UInt8](), whole)
        if whole.count > 100 {
            let slashes = whole.indices.filter { whole[$0] == UInt8(ascii: "/") && whole.count - $0 - 1 <= 100 && $0 <= 155 }
            guard let slash = slashes.first else { return nil }
            (folder, name) = (Array(whole[..<slash]), Array(whole[(slash + 1)...]))
        }
        var bytes = [UInt8](repeating: 0, count: 512)
        func put(_ text: [UInt8], at place: Int) { bytes.replaceSubrange(place..<place + text.count, with: text) }
        func octal(_ number: Int, digits: Int) -> [UInt8] {
            let text = String(number, radix: 8)
            return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
        }
        put(name, at: 0)
        put(octal(0o644, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(size, digits: 11), at: 124)
        // No time: the same files make the same package.
        put(octal(0, digits: 11), at: 136)
        put([UInt8](repeating: 0x20, count: 8), at: 148)
        put([UInt8(ascii: "0")], at: 156)
        put(Array("ustar\u{0}00".utf8), at: 257)
        put(folder, at: 345)
        put(octal(bytes.reduce(0) { $0 + Int($1) }, digits: 6) + [0, 0x20], at: 148)
        self.path = path
        self.size = size
        type = UInt8(ascii: "0")
        self.bytes = bytes
    }

    /// Nil when the bytes are not such a header or their sum is not the one that they tell.
    init?(_ slice: ArraySlice<UInt8>) {
        let bytes = Array(slice)
        func text(_ range: Range<Int>) -> [UInt8] { Array(bytes[range].prefix { $0 != 0 }) }
        func octal(_ range: Range<Int>) -> Int? {
            let digits = bytes[range].drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
            guard !digits.isEmpty, digits.count <= 11 else { return nil }
            return Int(String(decoding: digits, as: UTF8.self), radix: 8)
        }
        let sum = bytes.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(bytes[$1])) }
        guard bytes.count == 512, bytes[257..<262].elementsEqual("ustar".utf8), octal(148..<156) == sum,
            let size = octal(124..<136), size >= 0
        else { return nil }
        // GNU's tar has other things where POSIX has the folder.
        let folder = bytes[262] == 0 ? text(345..<500) : []
        let whole = folder.isEmpty ? text(0..<100) : folder + [UInt8(ascii: "/")] + text(0..<100)
        path = String(decoding: whole, as: UTF8.self)
        self.size = size
        type = bytes[156]
        self.bytes = bytes
    }
}
