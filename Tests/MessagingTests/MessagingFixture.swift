import Database
import Foundation
import Messaging
import Model
import Synchronization

/// The router over a database of its own, with a clock that the test moves and an observer that writes down what it hears.
final class MessagingFixture: Sendable {
    let folder: String
    let database: Database
    let messaging: Messaging
    let heard = Observer()
    private let time = Mutex<Int64>(1_800_000_000_000)

    init() throws {
        folder = NSTemporaryDirectory() + "messaging-\(UUID().uuidString)"
        var options = DatabaseOptions()
        options.isDurable = false
        database = try Database.open(folder: folder, migrations: MessagingSchema.migrations, options: options)
        let box = Box()
        let clock = Clock { box.fixture?.time.withLock { $0 } ?? 0 }
        messaging = Messaging(
            ids: IDGenerator(clock: clock), clock: clock, limits: RateLimiter(limits: nil, clock: clock))
        box.set(self)
        messaging.add(observer: heard)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }

    func account(_ name: String, _ kind: Account.Kind = .user, hears: Account.GroupMessages = .all) async throws -> Account {
        try await database.write { [messaging] tx in
            try messaging.createAccount(kind, name: name, display: name, groupMessages: hears, in: tx)
        }
    }

    func direct(_ one: Account, _ other: Account) async throws -> ChatID {
        try await database.write { [messaging] tx in try messaging.directChat(one, with: other, in: tx).chat.id }
    }

    func group(_ owner: Account, _ members: Account...) async throws -> ChatID {
        try await database.write { [messaging] tx in
            try messaging.createGroup(title: "Group", owner: owner, members: members, in: tx).id
        }
    }

    @discardableResult
    func post(
        _ text: String, to chat: ChatID, by sender: Account, replyTo: MessageID? = nil, nonce: String? = nil,
        buttons: [[Button]] = []
    ) async throws -> Posted {
        let draft = Draft(
            chat: chat, content: MessageContent(text: text, buttons: buttons), replyTo: replyTo, nonce: nonce)
        return try await database.write { [messaging] tx in try messaging.post(draft, from: sender, in: tx) }
    }

    func events(_ user: Account, after seq: Int64 = 0) async throws -> [LoggedEvent] {
        try await database.read { [messaging] tx in
            try messaging.events(of: user.id, after: seq, limit: 1000, in: tx)
        }
    }

    func inbox(_ bot: Account) async throws -> [Update] {
        try await database.read { [messaging] tx in
            try messaging.pending(of: bot.id, after: UpdateID(0), limit: 1000, in: tx).map(\.update)
        }
    }

    /// The clock is needed before the fixture is whole.
    private final class Box: Sendable {
        private struct Weak: Sendable { weak var fixture: MessagingFixture? }

        private let held = Mutex(Weak())

        var fixture: MessagingFixture? { held.withLock { $0.fixture } }

        func set(_ fixture: MessagingFixture) { held.withLock { $0.fixture = fixture } }
    }

    final class Observer: Messaging.Observer {
        private let all = Mutex<[(event: Event, recipients: [(user: AccountID, seq: Int64)])]>([])
        private let updates = Mutex<[UpdateID]>([])

        var events: [(event: Event, recipients: [(user: AccountID, seq: Int64)])] { all.withLock { $0 } }
        var updateIDs: [UpdateID] { updates.withLock { $0 } }

        func committed(_ event: Event, to recipients: [(user: AccountID, seq: Int64)]) {
            all.withLock { $0.append((event, recipients)) }
        }

        func committed(_ new: [Update]) { updates.withLock { $0 += new.map(\.id) } }
    }
}
