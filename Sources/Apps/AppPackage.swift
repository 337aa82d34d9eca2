import Crypto

/// The files of an app, checked: what is deployed, stored and handed to a sandbox.
package struct AppPackage: Sendable {
    package struct File: Sendable, Equatable {
        /// Inside the app's folder, such as `lib/cart.lua`.
        package let path: String
        package let content: [UInt8]

        package init(path: String, content: [UInt8]) {
            self.path = path
            self.content = content
        }

        /// Part of the app's program: `main.lua`, other Lua files beside it, and `lib/**/*.lua`; not its tests.
        package var isProgram: Bool { PackagePath(path)?.kind == .lua }
        /// One of `tests/*.lua`, which `stoa test` runs.
        package var isTest: Bool { PackagePath(path)?.kind == .test && path.hasSuffix(".lua") }
        /// Texts in one language.
        package var isLocale: Bool { PackagePath(path)?.kind == .locale }
        /// Texts as a Lua file that gives them back as they are.
        package var localeModule: [UInt8] { Locale.module(content) }
        package var isAsset: Bool { PackagePath(path)?.kind == .asset }
        /// Part of the pages that a web mini-app shows in the browser.
        package var isWeb: Bool { PackagePath(path)?.kind == .web }
    }

    /// How large a package may be.
    package enum Limits {
        package static let files = 1000
        /// Bytes of one Lua file.
        package static let luaFile = 1 << 20
        /// Bytes of all Lua files, tests included.
        package static let lua = 8 << 20
        /// Bytes of all files.
        package static let total = 32 << 20
    }

    package let manifest: Manifest
    /// Sorted by path.
    package let files: [File]
    /// SHA-256 over the files' paths, lengths and bytes, as 64 hexadecimal digits.
    package let digest: String
    /// What does not keep the app from being deployed.
    package let warnings: [Diagnostic]

    /// - Parameter ceiling: the most that the manifest's `limits` may ask for.
    /// - Throws: ``PackageError`` with every problem of the files and of the manifest.
    package init(files: [File], ceiling: Manifest.Limits = .most, warnings: [Diagnostic] = []) throws(PackageError) {
        let files = files.sorted { $0.path < $1.path }
        var problems = Self.problems(of: files)
        var manifest: Manifest?
        if let file = files.first(where: { $0.path == ManifestParser.file }) {
            do throws(PackageError) {
                manifest = try Manifest.parse(file.content, ceiling: ceiling)
            } catch {
                problems += error.diagnostics
            }
        } else {
            problems.append(
                Diagnostic(
                    .error, file: "", "there is no manifest.json in the app's folder",
                    hint: "\"stoa new bot NAME\" makes a folder that has one"))
        }
        if let entry = manifest?.entry, !files.contains(where: { $0.path == entry }) {
            let hint =
                entry == "main.lua"
                ? "write main.lua, or name another Lua file as \"entry\" in manifest.json" : "correct \"entry\""
            problems.append(
                Diagnostic(.error, file: ManifestParser.file, "the app begins with \(entry), which is not there", hint: hint))
        }
        if let manifest { problems += Self.problems(ofPicturesIn: manifest, files) + Self.problems(ofWebIn: manifest, files) }
        guard let manifest, problems.isEmpty else { throw PackageError(problems, files: files) }
        self.manifest = manifest
        self.files = files
        self.warnings = warnings.inOrder()
        digest = Self.digest(of: files)
    }

    package func file(_ path: String) -> File? { files.first { $0.path == path } }

    /// Lengths stand before what they measure, so that no two lists of files have the same bytes.
    static func digest(of files: [File]) -> String {
        var stream = SHA256Stream()
        for file in files {
            for part in [Array(file.path.utf8), file.content] {
                stream.update(withUnsafeBytes(of: UInt64(part.count).bigEndian) { Array($0) })
                stream.update(part)
            }
        }
        return Hex.encode(stream.finalize())
    }
}

extension AppPackage {
    private static func problems(of files: [File]) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        var seen: [String: String] = [:]
        var (lua, total) = (0, 0)
        for file in files {
            problems += Self.problems(of: file)
            if let other = seen.updateValue(file.path, forKey: file.path.lowercased()) {
                problems.append(
                    Diagnostic(
                        .error, file: file.path, "differs from \(other) only in upper and lower case", hint: "rename one of them")
                )
            }
            total += file.content.count
            if file.path.hasSuffix(".lua") { lua += file.content.count }
        }
        if files.count > Limits.files {
            problems.append(Diagnostic(.error, file: "", "the app has \(files.count) files; at most \(Limits.files) are allowed"))
        }
        if lua > Limits.lua {
            problems.append(Diagnostic(.error, file: "", "the app's Lua files have more than \(Limits.lua >> 20) MiB together"))
        }
        if total > Limits.total {
            problems.append(Diagnostic(.error, file: "", "the app's files have more than \(Limits.total >> 20) MiB together"))
        }
        return problems
    }

    private static func problems(of file: File) -> [Diagnostic] {
        func problem(_ message: String, at position: SourcePosition? = nil, hint: String) -> [Diagnostic] {
            [Diagnostic(.error, file: file.path, at: position, message, hint: hint)]
        }
        guard let path = PackagePath(file.path) else {
            return problem(
                "is not a path that an app's file can have",
                hint: "use letters, digits, dots, hyphens and underscores; Lua belongs beside main.lua or into lib, "
                    + "other files into assets")
        }
        if path.kind == .web {
            guard WebFileType.of(file.path) != nil else {
                return problem("is no kind of file that a web mini-app has", hint: "the kinds are: \(WebFileType.list)")
            }
            guard file.content.count <= WebFileType.maxBytes else {
                return problem("is larger than \(WebFileType.maxBytes >> 20) MiB", hint: "make it smaller")
            }
        }
        guard file.path.hasSuffix(".lua") else { return [] }
        if file.path == "stoa.lua" { return problem("has the name of Stoa's own module", hint: "rename it") }
        if file.content.count > Limits.luaFile {
            return problem("is larger than \(Limits.luaFile >> 20) MiB", hint: "split it, or move data to assets")
        }
        if file.content.first == 0x1B { return problem("is compiled Lua, which is not run", hint: "deploy its source text") }
        if file.content.starts(with: [0xEF, 0xBB, 0xBF]) {
            return problem("begins with a byte-order mark", hint: "save it as UTF-8 without one")
        }
        if let position = firstInvalidUTF8(in: file.content) {
            return problem("is not UTF-8 text", at: position, hint: "save it as UTF-8; write other bytes as \\xNN")
        }
        if path.kind == .lua, !path.isRequirable {
            return problem("cannot be named by require, since a dot stands for a folder there", hint: "rename it without the dot")
        }
        return []
    }

    private static func firstInvalidUTF8(in bytes: [UInt8]) -> SourcePosition? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var (line, number) = (bytes[...], 1)
        while let end = line.firstIndex(of: 0x0A), String(validating: line[..<end], as: UTF8.self) != nil {
            line = line[(end + 1)...]
            number += 1
        }
        return SourcePosition(line: number, column: 1)
    }
}
