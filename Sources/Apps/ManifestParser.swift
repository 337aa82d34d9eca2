import Model
import Permissions

/// Reads a manifest and goes on after a problem, so that all of them are told at once.
struct ManifestParser {
    static let file = "manifest.json"
    static let maxBytes = 64 << 10
    static let maxCommands = 100
    static let fields = [
        "name", "title", "kind", "version", "description", "category", "pictures", "entry", "capabilities", "commands", "exports",
        "inbound", "group_messages", "limits", "retention_days", "web", "$schema",
    ]

    let ceiling: Manifest.Limits
    /// What was let in once is read as it is: a rule about its texts that came later must not take an app away.
    let isStored: Bool
    var problems: [Diagnostic] = []

    init(ceiling: Manifest.Limits, isStored: Bool = false) {
        self.ceiling = ceiling
        self.isStored = isStored
    }

    mutating func parse(_ bytes: [UInt8]) throws(PackageError) -> Manifest {
        guard bytes.count <= Self.maxBytes else {
            throw PackageError([
                Diagnostic(.error, file: Self.file, "is larger than \(Self.maxBytes >> 10) KiB", hint: "shorten its texts")
            ])
        }
        let root: PositionedJSON
        do throws(PositionedJSON.SyntaxError) {
            root = try PositionedJSON.parse(bytes)
        } catch {
            throw PackageError([Diagnostic(.error, file: Self.file, at: error.position, "is not valid JSON: \(error.message)")])
        }
        guard let object = ManifestObject(root, path: "", fields: Self.fields, problems: &problems) else {
            throw PackageError(problems)
        }
        let manifest = manifest(of: object)
        guard let manifest, problems.isEmpty else { throw PackageError(problems) }
        return manifest
    }

    private mutating func manifest(of object: ManifestObject) -> Manifest? {
        let isStored = isStored
        let name = object.text("name", required: true, problems: &problems) { name in
            (try? Account.checkName(name)) != nil
                ? nil : "1 to 32 letters (a-z), digits or underscores, a letter first, such as \"pizza_bot\""
        }
        let title = object.text("title", required: true, problems: &problems) { title in
            isStored || (try? Account.checkDisplay(title)) != nil
                ? nil : "1 to 64 characters, not all blank, \(ShownText.rule)"
        }
        let kind = object.choice("kind", ["bot": Manifest.Kind.bot, "miniapp": .miniapp], required: true, problems: &problems)
        let version = object.text("version", required: true, problems: &problems) { version in
            let extra: Set<Character> = [".", "-", "+", "_"]
            let ok = version.allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || extra.contains($0) }
            return ok && (1...32).contains(version.utf8.count)
                ? nil : "1 to 32 letters, digits, dots, hyphens, plus signs or underscores, such as \"1.0.0\""
        }
        let description = object.text("description", problems: &problems) { text in
            isStored || text.isProse(upTo: 512) ? nil : "at most 512 characters, \(ShownText.rule)"
        }
        let category = category(object)
        let pictures = pictures(object)
        let entry = object.text("entry", problems: &problems) { path in
            PackagePath(path)?.kind == .lua ? nil : "a Lua file in the app's folder or its lib folder, such as \"main.lua\""
        }
        let groups = object.choice(
            "group_messages", ["all": Account.GroupMessages.all, "addressed": .addressed], problems: &problems)
        let requests = requests(object)
        let commands = commands(object)
        let exports = exports(object)
        let inbound = inbound(object)
        let limits = limits(object)
        let retention = object.integer("retention_days", from: 1, to: 3650, problems: &problems)
        let web = web(object, kind: kind, name: name)
        guard let name, let title, let kind, let version else { return nil }
        return Manifest(
            name: name, title: title, kind: kind, version: version, description: description ?? "",
            category: category, pictures: pictures,
            entry: entry ?? "main.lua", capabilities: requests, commands: commands, exports: exports, inbound: inbound,
            groupMessages: groups ?? .all, limits: limits, retentionDays: retention, web: web)
    }

    private mutating func requests(_ object: ManifestObject) -> [Manifest.Request] {
        let isStored = isStored
        var requests: [Manifest.Request] = []
        for entry in object.objects("capabilities", fields: ["name", "reason", "hosts", "apps"], problems: &problems) {
            let reason = entry.text("reason", required: true, problems: &problems) { reason in
                isStored || reason.isLine(upTo: 200)
                    ? nil : "1 to 200 characters that tell the person what it is for, on one line, \(ShownText.rule)"
            }
            let spelled = entry.text("name", required: true, problems: &problems) { _ in nil }
            guard let spelled, let position = entry.position(of: "name") else { continue }
            guard let name = Capability.Name(rawValue: spelled) else {
                reportUnknownCapability(spelled, path: entry.path(of: "name"), position: position)
                continue
            }
            let hosts = hosts(entry, of: name)
            let apps = apps(entry, of: name)
            if requests.contains(where: { $0.name == name }) {
                report(position, "\(entry.path(of: "name")): \(name) is declared twice", hint: "remove one of the two")
            } else if let reason {
                requests.append(Manifest.Request(name: name, reason: reason, hosts: hosts, apps: apps, position: position))
            }
        }
        return requests
    }

    private mutating func reportUnknownCapability(_ name: String, path: String, position: SourcePosition) {
        let names = Capability.Name.allCases.map(\.rawValue)
        if CapabilityRegistry.free.contains(name) {
            report(position, "\(path): \"\(name)\" needs no capability", hint: "remove the entry; every app may use it")
            return
        }
        let near = NearMatch.of(name, in: names).map { "did you mean \"\($0)\"? " } ?? ""
        report(
            position, "\(path): there is no capability \"\(name.prefix(64))\"",
            hint: "\(near)The capabilities are: \(names.joined(separator: ", "))")
    }

    private mutating func commands(_ object: ManifestObject) -> [Manifest.Command] {
        let isStored = isStored
        var commands: [Manifest.Command] = []
        for entry in object.objects("commands", fields: ["name", "description"], problems: &problems) {
            let name = entry.text("name", required: true, problems: &problems) { name in
                let ok = name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
                return ok && (1...32).contains(name.utf8.count)
                    ? nil : "1 to 32 small letters (a-z), digits or underscores, without the /, such as \"start\""
            }
            let description = entry.text("description", required: true, problems: &problems) { text in
                isStored || text.isLine(upTo: 256) ? nil : "1 to 256 characters on one line, not all blank, \(ShownText.rule)"
            }
            guard let name, let description, let position = entry.position(of: "name") else { continue }
            if commands.contains(where: { $0.name == name }) {
                report(position, "\(entry.path(of: "name")): the command \(name) is there twice", hint: "remove one of the two")
            } else {
                commands.append(Manifest.Command(name: name, description: description, position: position))
            }
        }
        if commands.count > Self.maxCommands, let position = object.position(of: "commands") {
            report(position, "commands: there are \(commands.count); at most \(Self.maxCommands) are allowed")
        }
        return commands
    }

    private mutating func limits(_ object: ManifestObject) -> Manifest.Limits {
        var limits = Manifest.Limits().bounded(by: ceiling)
        guard let value = object.value("limits"),
            let entry = ManifestObject(
                value, path: "limits", fields: ["memory_mib", "instructions", "wall_ms"], problems: &problems)
        else { return limits }
        let least = Manifest.Limits.least
        if let memory = entry.integer("memory_mib", from: least.memoryMiB, to: ceiling.memoryMiB, problems: &problems) {
            limits.memoryMiB = memory
        }
        if let count = entry.integer("instructions", from: least.instructions, to: ceiling.instructions, problems: &problems) {
            limits.instructions = count
        }
        if let wall = entry.integer("wall_ms", from: least.wallMilliseconds, to: ceiling.wallMilliseconds, problems: &problems) {
            limits.wallMilliseconds = wall
        }
        return limits
    }

    mutating func report(_ position: SourcePosition, _ message: String, hint: String? = nil) {
        problems.append(Diagnostic(.error, file: Self.file, at: position, message, hint: hint))
    }
}
