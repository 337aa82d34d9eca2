/// Where a file of an app belongs, by its path alone.
struct PackagePath: Equatable {
    enum Kind: Equatable { case manifest, lua, test, asset, locale, web }

    /// Longest path, in bytes.
    static let maxBytes = 200

    let text: String
    let kind: Kind

    /// Nil when no app's file can be there.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.maxBytes, parts.allSatisfy({ Self.isPlain($0) }), let first = parts.first else {
            return nil
        }
        let isLua = text.hasSuffix(".lua")
        switch (first, parts.count) {
        case ("manifest.json", 1): kind = .manifest
        case (_, 1) where isLua, ("lib", 2...) where isLua: kind = .lua
        case ("tests", 2...): kind = .test
        case ("assets", 2...): kind = .asset
        case ("locales", 2) where text.hasSuffix(".json"): kind = .locale
        case ("web", 2...): kind = .web
        default: return nil
        }
        self.text = text
    }

    /// Letters, digits, dots, hyphens and underscores of ASCII, and no dot in front: what every file system, address
    /// and terminal takes as it is.
    static func isPlain(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: ".") else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2E, 0x2D, 0x5F: true
            default: false
            }
        }
    }

    /// False for a module that `require` cannot name, since a dot in it would mean a folder.
    var isRequirable: Bool { !text.dropLast(".lua".count).contains(".") }
}
