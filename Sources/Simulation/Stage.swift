import Apps
import Bridge
import Messaging
import Model
import Permissions
import Sandbox

/// What the calls of a test do to its world. Each test has a world of its own.
struct Stage {
    private let package: AppPackage
    private let sandbox: SandboxHost
    private let options: Simulator.Options
    private var world: World?
    private var bot: Account?
    private var users: [Int64: Account] = [:]
    private var directChats: [AccountID: ChatID] = [:]

    /// What tests compared their transcripts with and did not find, or found wanting: to be written.
    private(set) var snapshots: [Simulator.Snapshot] = []

    init(package: AppPackage, sandbox: SandboxHost, options: Simulator.Options) {
        self.package = package
        self.sandbox = sandbox
        self.options = options
    }

    var transcript: String { world?.record.transcript ?? "" }

    /// An action on a page that failed without the test's asking.
    func takeFailure() -> String? { world?.takeFailure() }

    /// The last lines that the app logged.
    func logged() async throws -> [String] {
        guard let world, let bot else { return [] }
        return try await world.logged(bot)
    }

    mutating func close() async {
        await world?.close()
        world = nil
    }

    mutating func perform(_ call: String, _ arguments: [BridgeValue]) async throws -> [BridgeValue] {
        if call == "sim.begin" {
            await close()
            users = [:]
            directChats = [:]
            let world = try World(sandbox: sandbox, faults: options.faults)
            self.world = world
            bot = try await world.deploy(package)
            return []
        }
        guard let world, let bot else { throw StoaError(.internal, "The test has not begun.") }
        let first = arguments.first ?? .null
        switch call {
        case "sim.user":
            let user = try await world.user(first.stringValue ?? "")
            users[user.id.value] = user
            return [.int(user.id.value)]
        case "sim.group":
            let members = try (arguments.last?.arrayValue ?? []).map { try user($0) }
            return [.int(try await world.group(first.stringValue ?? "", members + [bot]).value)]
        case "sim.act":
            try await act(first, world, bot)
            return []
        case "sim.seen":
            let user = try user(first["user"])
            let chat = try await chat(first, user, bot, world)
            return [
                .array(
                    world.record.sights(of: user.id, in: chat).map { sight in
                        ["kind": .string(sight.isAnswer ? "answer" : "message"), "text": .string(sight.text)]
                    })
            ]
        case "sim.attribute":
            try await world.set(
                arguments.dropFirst().first?.stringValue ?? "", arguments.last?.stringValue ?? "", of: try self.user(first))
            return []
        case "sim.sheets":
            return [.array(try await world.sheets(of: try self.user(first)).map(Self.sheet))]
        case "sim.answer":
            let user = try self.user(first)
            let pick = arguments.count > 2 ? try await pick(arguments[2], of: user, world) : nil
            try await world.answer(arguments.dropFirst().first?.stringValue, pick, by: user)
            return []
        case "sim.take_back":
            try await world.takeBack(by: try self.user(first))
            return []
        case "sim.forget":
            try await world.forget(bot, by: try self.user(first))
            return []
        case "sim.advance":
            await world.advance(first.intValue ?? 0)
            return []
        case "sim.now": return [.int(world.now)]
        case "sim.server":
            world.servers.stub(first.stringValue ?? "", Array(arguments.dropFirst()))
            return []
        case "sim.requests": return [.array(world.servers.requests)]
        case "sim.webhook":
            try await world.webhook(first, to: bot)
            return []
        case "sim.snapshot":
            let text = arguments.count > 1 ? arguments[1].stringValue : nil
            return try snapshot(first.stringValue ?? "", text ?? world.record.transcript)
        case "sim.transcript": return [.string(String(world.record.transcript.suffix(4000)))]
        default:
            if let answer = try await money(call, arguments, world, bot) { return answer }
            if let answer = try await pages(call, arguments, world, bot) { return answer }
            throw StoaError(.badRequest, "The simulator has no \(call).")
        }
    }

    /// What a user picks on a sheet: a place, files with their content, or other users.
    private func pick(_ given: BridgeValue, of user: Account, _ world: World) async throws -> Disclosure.Pick? {
        if let latitude = given["latitude"]?.doubleValue, let longitude = given["longitude"]?.doubleValue {
            return .location(latitude: latitude, longitude: longitude, accuracy: given["accuracy"]?.doubleValue)
        }
        if let people = given["people"]?.arrayValue { return .people(people.compactMap(\.stringValue)) }
        guard let files = given["files"]?.arrayValue else { return nil }
        var picked: [(file: StoredFile, content: [UInt8])] = []
        for file in files {
            let content = file["content"]?.bytesValue ?? []
            picked.append((try await world.file(file["name"]?.stringValue ?? "file", content, of: user), content))
        }
        return .files(picked)
    }

    private static func sheet(_ sheet: ConsentDesk.Sheet) -> BridgeValue {
        [
            "capability": .string(sheet.capability.name.rawValue), "reason": .string(sheet.reason),
            "answer": sheet.discloses.map { .string($0) } ?? .null,
            "terms": .array(sheet.terms.map { .string($0.rawValue) }),
        ]
    }

    /// - Returns: nothing, or the first difference.
    private mutating func snapshot(_ name: String, _ text: String) throws -> [BridgeValue] {
        let path = "tests/snapshots/\(name).txt"
        let text = text + "\n"
        let kept = package.files.first { $0.path == path }.map { String(decoding: $0.content, as: UTF8.self) }
        guard let kept, !options.updatesSnapshots else {
            if kept != text { snapshots.append(Simulator.Snapshot(path: path, text: text)) }
            return []
        }
        guard kept != text else { return [] }
        let (old, new) = (
            kept.split(separator: "\n", omittingEmptySubsequences: false),
            text.split(separator: "\n", omittingEmptySubsequences: false)
        )
        let line = zip(old, new).prefix { $0 == $1 }.count
        let expected = line < old.count ? String(old[line]) : "(nothing more)"
        let found = line < new.count ? String(new[line]) : "(nothing more)"
        return [
            .string(
                "\(path):\(line + 1): the text differs.\n  kept: \(expected)\n  now:  \(found)\nIf now is right, run \"stoa test\" with --update."
            )
        ]
    }

    private mutating func act(_ what: BridgeValue, _ world: World, _ bot: Account) async throws {
        let user = try user(what["user"])
        let chat = try await chat(what, user, bot, world)
        world.record.acts(user.id, in: chat)
        switch what["act"]?.stringValue {
        case "say": try await world.say(what["text"]?.stringValue ?? "", in: chat, by: user)
        case "reply":
            guard let message = world.record.newestMessage(in: chat) else {
                throw StoaError(.messageNotFound, "The bot has said nothing that \(user.name) could reply to.")
            }
            try await world.say(what["text"]?.stringValue ?? "", in: chat, by: user, replyTo: message.id)
        case "send_data":
            try await world.act(.data(what["text"]?.stringValue ?? ""), of: bot, in: chat, by: user)
        case "request":
            guard let request = WebAppAction.Request(rawValue: what["text"]?.stringValue ?? "") else {
                let all = WebAppAction.Request.allCases.map(\.rawValue).joined(separator: ", ")
                throw StoaError(.badRequest, "A page may ask for \(all).")
            }
            try await world.act(.request(request), of: bot, in: chat, by: user)
        default:
            let label = what["label"]?.stringValue ?? ""
            guard let found = world.record.newestButton(label, in: chat) else {
                throw StoaError(
                    .buttonNotFound, "There is no button \"\(label)\". What was said:\n\(world.record.transcript.suffix(4000))")
            }
            try await world.press(found.button.id, of: found.message, in: chat, by: user)
        }
    }

    func user(_ id: BridgeValue?) throws -> Account {
        guard let user = users[id?.intValue ?? 0] else {
            throw StoaError(.accountNotFound, "There is no such user in this test.")
        }
        return user
    }

    private mutating func chat(
        _ what: BridgeValue, _ user: Account, _ bot: Account, _ world: World
    ) async throws -> ChatID {
        if let id = what["chat"]?.intValue { return ChatID(id) }
        if let known = directChats[user.id] { return known }
        let chat = try await world.directChat(user, bot)
        directChats[user.id] = chat
        return chat
    }
}
