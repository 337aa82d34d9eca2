import Apps
import Crypto
import Foundation
import Testing

@Suite struct PackageArchiveTests {
    private static func archive(_ files: [AppPackage.File]) throws -> [UInt8] {
        let package = try AppPackage(files: files)
        guard let key = Ed25519.PrivateKey(), let signature = PackageSignature(of: package, publisher: "acme", by: key) else {
            throw CancellationError()
        }
        return try PackageArchive.write(package.files, signature)
    }

    private static func files() throws -> [AppPackage.File] {
        try AppStoreTests.package().files + [
            Fixture.file("lib/deep/er/" + String(repeating: "a", count: 90) + ".lua", "return 1\n")
        ]
    }

    private static func read(_ archive: [UInt8]) throws -> AppPackage {
        let (files, signature) = try PackageArchive.read(archive)
        let package = try AppPackage(files: files)
        try signature.check(package)
        return package
    }

    @Test func whatIsWrittenIsRead() throws {
        let files = try Self.files()
        let package = try Self.read(try Self.archive(files))
        #expect(package.digest == (try AppPackage(files: files).digest))
    }

    /// Whatever byte is changed: refused, or without meaning for the files.
    @Test func noChangedByteGetsOtherFilesThrough() throws {
        let archive = try Self.archive(try Self.files())
        let digest = try Self.read(archive).digest
        for place in stride(from: 0, to: archive.count, by: 7) {
            var altered = archive
            altered[place] ^= 0x41
            guard let package = try? Self.read(altered) else { continue }
            #expect(package.digest == digest, "byte \(place)")
        }
        // Cut off anywhere: refused, or only the zeros at the end are missing.
        for count in stride(from: 0, to: archive.count, by: 311) {
            guard let package = try? Self.read(Array(archive.prefix(count))) else { continue }
            #expect(package.digest == digest, "\(count) bytes")
            #expect(count > archive.count - 1536)
        }
    }

    @Test(
        "other formats",
        arguments: [[0x50, 0x4B, 3, 4], [0x1F, 0x8B, 8], Array("BZh9".utf8), [0x28, 0xB5, 0x2F, 0xFD], [], [7]])
    func otherFormats(begin: [UInt8]) {
        #expect(throws: PackageError.self) { try PackageArchive.read(begin + [UInt8](repeating: 0x20, count: 600)) }
    }

    /// Sets a header's type and name, and mends its sum.
    private static func patched(_ archive: [UInt8], type: Character? = nil, name: String? = nil, size: String? = nil) -> [UInt8] {
        var archive = archive
        // The second header: that of the first file.
        let sizeOfSignature = Int(String(decoding: archive[124..<135], as: UTF8.self), radix: 8) ?? 0
        let start = 512 + (sizeOfSignature + 511) / 512 * 512
        if let type, let byte = type.asciiValue { archive[start + 156] = byte }
        if let size { archive.replaceSubrange(start + 124..<start + 135, with: Array(size.utf8)) }
        if let name {
            let bytes = Array(name.utf8)
            archive.replaceSubrange(start..<start + 100, with: bytes + [UInt8](repeating: 0, count: 100 - bytes.count))
        }
        archive.replaceSubrange(start + 148..<start + 156, with: [UInt8](repeating: 0x20, count: 8))
        let sum = String(archive[start..<start + 512].reduce(0) { $0 + Int($1) }, radix: 8)
        let digits = Array((String(repeating: "0", count: 6 - sum.count) + sum).utf8)
        archive.replaceSubrange(start + 148..<start + 156, with: digits + [0, 0x20])
        return archive
    }

    @Test(
        "what is no plain file of the app",
        arguments: [
            ("2", nil, nil), ("1", nil, nil), ("5", nil, nil), ("3", nil, nil), ("x", nil, nil), ("L", nil, nil),
            (nil, "../../etc/cron.d/x", nil), (nil, "/etc/passwd", nil), (nil, "assets/../main.lua", nil), (nil, "main.lua", nil),
            (nil, "assets/\u{1B}[2J", nil), (nil, "./main.lua", nil), (nil, "signature.json", nil), (nil, "", nil),
            (nil, nil, "77777777777"), (nil, nil, "00000000001"), (nil, nil, "-0000000001"),
        ] as [(Character?, String?, String?)])
    func refused(type: Character?, name: String?, size: String?) throws {
        let archive = Self.patched(try Self.archive(try Self.files()), type: type, name: name, size: size)
        #expect(throws: PackageError.self) { try Self.read(archive) }
    }

    @Test func aPackageForAnotherPublisherIsNotSigned() throws {
        let archive = try Self.archive(try Self.files())
        let text = String(decoding: archive.prefix(1024), as: UTF8.self)
        let place = try #require(text.utf8.firstRange(of: "acme".utf8))
        let start = text.utf8.distance(from: text.utf8.startIndex, to: place.lowerBound)
        var altered = archive
        altered.replaceSubrange(start..<start + 4, with: Array("evil".utf8))
        #expect(throws: PackageError.self) { try Self.read(altered) }
    }
}
