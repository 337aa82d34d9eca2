import Glibc

extension AppPackage {
    /// Reads and checks an app's folder. Blocks on the file system: not for the cooperative pool or an event loop.
    ///
    /// Hidden files are passed over, and so are the usual papers of a project (README.md and the like); other things
    /// that do not belong to an app are passed over with a warning. Links are refused, so that what is deployed is what
    /// lies in the folder.
    /// - Throws: ``PackageError`` with every problem there is.
    package static func read(folder: String, ceiling: Manifest.Limits = .most) throws(PackageError) -> AppPackage {
        var reader = PackageReader()
        reader.read(folder: folder)
        let errors = reader.diagnostics.filter { $0.severity == .error }
        guard !errors.isEmpty else {
            return try AppPackage(files: reader.files, ceiling: ceiling, warnings: reader.diagnostics)
        }
        guard reader.complete else { throw PackageError(errors) }
        // What could be read may have problems of its own; all are told.
        do throws(PackageError) {
            _ = try AppPackage(files: reader.files, ceiling: ceiling)
        } catch {
            throw PackageError(errors + error.diagnostics, files: reader.files)
        }
        throw PackageError(errors)
    }
}

/// Walks an app's folder by descriptors, so that a link set while it walks leads nowhere.
private struct PackageReader {
    static let maxDepth = 16

    private(set) var files: [AppPackage.File] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// False when the walk was given up, so that what was not seen cannot be called missing.
    private(set) var complete = true
    private var total = 0

    mutating func read(folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason =
                errno == ENOENT ? "there is no folder \(folder)" : errno == ENOTDIR ? "\(folder) is not a folder" : problem()
            complete = false
            return report("", reason, hint: "name the folder that holds the app's manifest.json")
        }
        walk(descriptor, prefix: "", depth: 0)
    }

    /// Takes over the descriptor.
    private mutating func walk(_ descriptor: Int32, prefix: String, depth: Int) {
        guard let folder = fdopendir(descriptor) else {
            close(descriptor)
            complete = false
            return report(prefix, "cannot be listed: \(problem())")
        }
        defer { closedir(folder) }
        for name in names(in: folder) where complete { visit(name, in: descriptor, prefix: prefix, depth: depth) }
    }

    private func names(in folder: OpaquePointer) -> [[UInt8]] {
        var names: [[UInt8]] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name.first != UInt8(ascii: ".") { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private mutating func visit(_ bytes: [UInt8], in folder: Int32, prefix: String, depth: Int) {
        let name = String(decoding: bytes, as: UTF8.self)
        let path = prefix + name
        var status = stat()
        let cName = bytes.map { CChar(bitPattern: $0) } + [0]
        guard fstatat(folder, cName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            return report(path, "cannot be read: \(problem())")
        }
        let type = status.st_mode & S_IFMT
        if depth == 0, !belongs(name, type: type) { return passOver(name, isFolder: type == S_IFDIR) }
        guard type != S_IFLNK else { return report(path, "is a link", hint: "copy what it leads to into the app's folder") }
        guard PackagePath.isPlain(name) else {
            return report(
                path, "has characters in its name that are not allowed",
                hint: "use letters, digits, dots, hyphens and underscores")
        }
        if type == S_IFDIR {
            guard depth < Self.maxDepth else { return report(path, "is nested deeper than \(Self.maxDepth) folders") }
            let inner = openat(folder, cName, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard inner >= 0 else { return report(path, "cannot be listed: \(problem())") }
            return walk(inner, prefix: path + "/", depth: depth + 1)
        }
        guard type == S_IFREG else { return report(path, "is neither a file nor a folder", hint: "remove it") }
        if prefix.hasPrefix("lib/"), !name.hasSuffix(".lua") {
            return warn(path, "is not part of the app, since lib holds Lua files only", hint: "move it to assets, or remove it")
        }
        if prefix == "locales/", !name.hasSuffix(".json") {
            return warn(
                path, "is not part of the app, since locales holds texts in JSON only", hint: "move it to assets, or remove it")
        }
        readFile(cName, in: folder, path: path)
    }

    private static let folders = ["lib", "assets", "locales", "tests", "web"]

    private func belongs(_ name: String, type: mode_t) -> Bool {
        let folder = Self.folders.contains(name)
        let file = name == ManifestParser.file || name.hasSuffix(".lua")
        return type == S_IFDIR ? folder : type == S_IFLNK ? folder || file : file
    }

    private mutating func passOver(_ name: String, isFolder: Bool) {
        let papers = ["README", "LICENSE", "LICENCE", "CHANGELOG", "CONTRIBUTING", "NOTICE", "Makefile"]
        if !isFolder, papers.contains(where: { name == $0 || name.hasPrefix($0 + ".") }) { return }
        let known = isFolder ? Self.folders : [ManifestParser.file, "main.lua"]
        let near = NearMatch.of(name, in: known).map { "did you mean \($0)? " } ?? ""
        warn(
            name, "is not part of the app", hint: "\(near)An app has manifest.json, main.lua, lib, assets, locales, tests and web"
        )
    }

    private mutating func readFile(_ name: [CChar], in folder: Int32, path: String) {
        // Without O_NONBLOCK a pipe put in place of the file would hold the reader up for ever.
        let descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return report(path, "cannot be read: \(problem())") }
        defer { close(descriptor) }
        guard files.count < AppPackage.Limits.files else {
            complete = false
            return report("", "the app has more than \(AppPackage.Limits.files) files", hint: "put fewer into the app's folder")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return report(path, "changed while it was read", hint: "try again")
        }
        guard let content = contents(of: descriptor, atMost: AppPackage.Limits.total - total) else {
            return report(path, "cannot be read: \(problem())")
        }
        total += content.count
        guard total <= AppPackage.Limits.total else {
            complete = false
            return report(
                "", "the app's files have more than \(AppPackage.Limits.total >> 20) MiB together",
                hint: "\(path) was the last one read; put less into the app's folder")
        }
        files.append(AppPackage.File(path: path, content: content))
    }

    /// Up to a byte more than `most`, which tells that there is more; nil after an error.
    private func contents(of descriptor: Int32, atMost most: Int) -> [UInt8]? {
        var content: [UInt8] = []
        var failed = false
        while content.count <= most {
            let wanted = min(64 << 10, most + 1 - content.count)
            let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                var got: Int
                repeat { got = Glibc.read(descriptor, buffer.baseAddress, wanted) } while got < 0 && errno == EINTR
                failed = got < 0
                count = max(0, got)
            }
            if failed { return nil }
            if piece.isEmpty { break }
            content += piece
        }
        return content
    }

    private func problem() -> String { String(cString: strerror(errno)) }

    private mutating func report(_ file: String, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(.error, file: file, message, hint: hint))
    }

    private mutating func warn(_ file: String, _ message: String, hint: String) {
        diagnostics.append(Diagnostic(.warning, file: file, message, hint: hint))
    }
}
