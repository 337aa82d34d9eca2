import Model
import Permissions

/// The parts of a manifest that name others: servers and apps that it asks, apps and services that ask it.
extension ManifestParser {
    static let maxPartners = 50
    static let maxExports = 50
    static let maxInbound = 20

    mutating func hosts(_ entry: ManifestObject, of capability: Capability.Name) -> [HostPattern] {
        guard capability == .httpFetch else {
            reportForeign("hosts", in: entry, of: capability, belongsTo: .httpFetch)
            return []
        }
        let listed = entry.texts(
            "hosts", from: 1, to: Self.maxPartners, example: #"["api.example.com"]"#, required: true, problems: &problems)
        var hosts: [HostPattern] = []
        for (text, path, position) in listed ?? [] {
            do throws(HostPattern.ParseError) {
                let pattern = try HostPattern(text)
                if hosts.contains(pattern) {
                    report(position, "\(path): \(pattern) is there twice", hint: "remove one of the two")
                } else {
                    hosts.append(pattern)
                }
            } catch {
                report(position, "\(path): \(ManifestObject.quoted(text)) \(error.message)", hint: error.hint)
            }
        }
        return hosts
    }

    mutating func apps(_ entry: ManifestObject, of capability: Capability.Name) -> [String] {
        guard capability == .appsCall else {
            reportForeign("apps", in: entry, of: capability, belongsTo: .appsCall)
            return []
        }
        return appNames(entry, example: #"["delivery"]"#, allowsAll: false)
    }

    private mutating func reportForeign(
        _ field: String, in entry: ManifestObject, of capability: Capability.Name, belongsTo owner: Capability.Name
    ) {
        guard let position = entry.position(of: field) else { return }
        report(
            position, "\(entry.path(of: field)): the capability \(capability) has no \(field)",
            hint: "remove it; \"\(field)\" belongs to \(owner)")
    }

    private mutating func appNames(_ entry: ManifestObject, example: String, allowsAll: Bool) -> [String] {
        let listed = entry.texts(
            "apps", from: 1, to: Self.maxPartners, example: example, required: true, problems: &problems)
        var names: [String] = []
        for (name, path, position) in listed ?? [] {
            if allowsAll, name == "*" {
                if listed?.count != 1 {
                    report(position, "\(path): \"*\" stands for every app", hint: "write [\"*\"], or only the apps' names")
                }
                names.append(name)
            } else if (try? Account.checkName(name)) == nil {
                report(
                    position, "\(path): \(ManifestObject.quoted(name)) is not allowed",
                    hint: "write the name of an app, such as \(example)")
            } else if names.contains(where: { $0.lowercased() == name.lowercased() }) {
                report(position, "\(path): \(name) is there twice", hint: "remove one of the two")
            } else {
                names.append(name)
            }
        }
        return names
    }

    mutating func exports(_ object: ManifestObject) -> [Manifest.Export] {
        var exports: [Manifest.Export] = []
        for entry in object.objects("exports", fields: ["name", "apps"], problems: &problems) {
            let name = entry.text("name", required: true, problems: &problems) { name in
                if LuaLexer.keywords.contains(name) { return "a name that is no word of Lua's own" }
                let first = name.utf8.first.map { !(0x30...0x39).contains($0) } ?? false
                return first && name.utf8.count <= 32 && name.utf8.allSatisfy(LuaLexer.isNamePart)
                    ? nil : "1 to 32 letters (a-z), digits or underscores, no digit first, such as \"quote\""
            }
            let apps = appNames(entry, example: #"["shop"]"#, allowsAll: true)
            guard let name, let position = entry.position(of: "name") else { continue }
            if exports.contains(where: { $0.name == name }) {
                report(position, "\(entry.path(of: "name")): \(name) is exported twice", hint: "remove one of the two")
            } else {
                exports.append(Manifest.Export(name: name, apps: apps, position: position))
            }
        }
        checkCount(exports.count, most: Self.maxExports, of: "exports", in: object)
        return exports
    }

    mutating func inbound(_ object: ManifestObject) -> [InboundHook] {
        var hooks: [InboundHook] = []
        let fields = ["path", "scheme", "secret", "header", "algorithm", "encoding", "prefix"]
        for entry in object.objects("inbound", fields: fields, problems: &problems) {
            let path = entry.text("path", required: true, problems: &problems) { path in
                let isGood = (1...64).contains(path.utf8.count) && path.utf8.allSatisfy(Self.isPathPart)
                return isGood && !path.hasPrefix("_") && !path.hasPrefix("-")
                    ? nil : "1 to 64 of a-z, 0-9, _ and -, a letter or digit first, such as \"github\""
            }
            let secret = entry.text("secret", required: true, problems: &problems) { name in
                let isGood = (1...64).contains(name.utf8.count) && name.utf8.allSatisfy(Self.isSecretPart)
                return isGood && name.utf8.first.map { (0x41...0x5A).contains($0) } == true
                    ? nil
                    : "the name of a secret: 1 to 64 capital letters, digits or underscores, a letter first, such as \"GITHUB_SECRET\""
            }
            let scheme = scheme(entry)
            guard let path, let secret, let scheme, let position = entry.position(of: "path") else { continue }
            if hooks.contains(where: { $0.path == path }) {
                report(position, "\(entry.path(of: "path")): the path \(path) is there twice", hint: "remove one of the two")
            } else {
                hooks.append(InboundHook(path: path, scheme: scheme, secret: secret, position: position))
            }
        }
        checkCount(hooks.count, most: Self.maxInbound, of: "inbound", in: object)
        return hooks
    }

    private mutating func scheme(_ entry: ManifestObject) -> InboundHook.Scheme? {
        let plain = KeyValuePairs<String, InboundHook.Scheme?>(
            dictionaryLiteral: ("github", .github), ("stripe", .stripe), ("slack", .slack), ("hmac", nil))
        guard let chosen = entry.choice("scheme", plain, required: true, problems: &problems) else { return nil }
        if let scheme = chosen {
            for field in ["header", "algorithm", "encoding", "prefix"] {
                guard let position = entry.position(of: field) else { continue }
                report(
                    position, "\(entry.path(of: field)): the scheme \"\(scheme)\" has no \(field)",
                    hint: "remove it; only \"hmac\" has one")
            }
            return scheme
        }
        let header = entry.text("header", required: true, problems: &problems) { name in
            (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { LuaLexer.isNamePart($0) || $0 == UInt8(ascii: "-") }
                ? nil : "the name of the header that carries the code, such as \"X-Signature\""
        }
        let algorithm = entry.choice(
            "algorithm", ["sha256": InboundHook.HMAC.Algorithm.sha256, "sha1": .sha1, "sha512": .sha512], problems: &problems)
        let encoding = entry.choice(
            "encoding", ["hex": InboundHook.HMAC.Encoding.hex, "base64": .base64], problems: &problems)
        let prefix = entry.text("prefix", problems: &problems) { text in
            text.utf8.count <= 32 && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
                ? nil : "at most 32 bytes of printable ASCII"
        }
        guard let header else { return nil }
        return .hmac(
            InboundHook.HMAC(
                header: header.lowercased(), algorithm: algorithm ?? .sha256, encoding: encoding ?? .hex, prefix: prefix ?? ""))
    }

    private mutating func checkCount(_ count: Int, most: Int, of field: String, in object: ManifestObject) {
        guard count > most, let position = object.position(of: field) else { return }
        report(position, "\(field): there are \(count); at most \(most) are allowed")
    }

    private static func isPathPart(_ byte: UInt8) -> Bool {
        LuaLexer.isNamePart(byte) && !(0x41...0x5A).contains(byte) || byte == UInt8(ascii: "-")
    }

    private static func isSecretPart(_ byte: UInt8) -> Bool {
        LuaLexer.isNamePart(byte) && !(0x61...0x7A).contains(byte)
    }
}
