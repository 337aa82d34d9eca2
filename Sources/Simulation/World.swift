import Apps
import Bridge
import Database
import Foundation
import Identity
import Ledger
import Messaging
import MiniApps
import Model
import Runtime
import Sandbox
import Synchronization

/// A server without its doors, on a clock that tests move: accounts, chats and the app under test, in a folder of its own.
final class World: Sendable {
    private let folder: String
    let database: Database
    let desk: ConsentDesk
    let payments: PaymentDesk
    private let paymentClock: PaymentClock
    let messaging: Messaging
    let runtime: Runtime
    let views: Views
    let failures: FailedActions
    /// Those who have opened pages.
    let people = Mutex(Onlookers())
    private let timers: Timers
    private let deployments: Deployments
    private let alarms: Alarms
    private let time: VirtualTime
    /// For how many days the apps keep what people write.
    private let retention = Mutex<[AccountID: Int]>([:])
    let record: Recorder
    let servers: SimulatedServers

    init(sandbox: SandboxHost, faults: Faults.Plan = Faults.Plan()) throws {
        folder = NSTemporaryDirectory() + "stoa-test-\(UUID().uuidString)"
        let time = VirtualTime()
        self.time = time
        let clock = time.clock
        var options = DatabaseOptions()
        options.isDurable = false
        options.readers = 1
        database = try Database.open(
            folder: folder,
            migrations: MessagingSchema.migrations + IdentitySchema.migrations + AppStore.migrations + RuntimeSchema.migrations
                + LedgerSchema.migrations,
            options: options)
        messaging = Messaging(ids: IDGenerator(clock: clock), clock: clock, limits: RateLimiter(limits: nil, clock: clock))
        alarms = Alarms(clock: clock, isVirtual: true)
        record = Recorder()
        timers = Timers(database: database, messaging: messaging, alarms: alarms, log: { [record] in record.note($0) })
        let audit = Audit(key: [])
        payments = PaymentDesk(messaging: messaging, audit: audit, ledgerKey: [])
        paymentClock = PaymentClock(
            database: database, desk: payments, alarms: alarms, log: { [record] in record.note($0) })
        let servers = SimulatedServers()
        self.servers = servers
        let outbox = Outbox(
            database: database, messaging: messaging, alarms: alarms, log: { [record] in record.note($0) }
        ) { entry, completion in completion(servers.answer(entry.request)) }
        var limits = Runtime.Limits()
        limits.seed = Seeds().of
        limits.drawingSeed = 1
        // One after another, so that what happens at the same moment happens in the same order every time.
        limits.turnsInFlight = 1
        runtime = Runtime(
            database: database, messaging: messaging, sandbox: sandbox,
            bridge: Bridge(messaging: messaging, timers: timers, outbox: outbox, audit: audit, payments: payments),
            alarms: alarms, outbox: outbox, limits: limits, faults: Faults(faults), log: { [record] in record.note($0) })
        views = Views(
            database: database, messaging: messaging, runtime: runtime, alarms: alarms, log: { [record] in record.note($0) })
        failures = FailedActions(next: views)
        runtime.set(observer: failures)
        deployments = Deployments(
            database: database, messaging: messaging, sandbox: sandbox, runtime: runtime, audit: audit)
        desk = ConsentDesk(messaging: messaging, audit: audit)
        messaging.add(observer: record)
        paymentClock.start()
    }

    func close() async {
        await runtime.stop()
        await views.whenQuiet()
        let database = database
        let folder = folder
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                database.close()
                try? FileManager.default.removeItem(atPath: folder)
                continuation.resume()
            }
        }
    }

    func deploy(_ package: AppPackage) async throws -> Account {
        let app = try await deployments.deploy(package, publisher: "test").app
        retention.withLock { $0[app.account] = package.manifest.retentionDays }
        let bot = try await database.read { [messaging] in try messaging.account(app.account, in: $0) }
        guard let bot else { throw StoaError(.internal, "The bot's account is missing.") }
        return bot
    }

    func user(_ name: String) async throws -> Account {
        try await database.write { [messaging] tx in
            if let known = try messaging.account(named: name, in: tx) { return known }
            return try messaging.createAccount(.user, name: name, display: name, in: tx)
        }
    }

    func directChat(_ user: Account, _ bot: Account) async throws -> ChatID {
        try await database.write { [messaging] in try messaging.directChat(user, with: bot, in: $0).chat.id }
    }

    func group(_ title: String, _ members: [Account]) async throws -> ChatID {
        guard let owner = members.first(where: { $0.kind == .user }) else {
            throw StoaError(.badRequest, "sim.group needs at least one user.")
        }
        let chat = try await database.write { [messaging] in
            try messaging.createGroup(title: title, owner: owner, members: members, in: $0)
        }
        await settle()
        return chat.id
    }

    func say(_ text: String, in chat: ChatID, by user: Account, replyTo: MessageID? = nil) async throws {
        try await database.write { [messaging] tx in
            let draft = Draft(chat: chat, content: MessageContent(text: text), replyTo: replyTo)
            _ = try messaging.post(draft, from: user, in: tx)
        }
        await settle()
    }

    func press(_ button: String, of message: MessageID, in chat: ChatID, by user: Account) async throws {
        try await database.write { [messaging] tx in
            _ = try messaging.press(button: button, of: message, in: chat, by: user, tx: tx)
        }
        await settle()
    }

    /// Something that the page of a web mini-app does.
    func act(_ action: WebAppAction, of bot: Account, in chat: ChatID, by user: Account) async throws {
        let language = people.withLock { $0.languages[user.id] } ?? "en"
        try await database.write { [messaging] tx in
            try action.check(AppStore.app(account: bot.id, in: tx)?.active.manifest)
            _ = try messaging.act(
                action.payload(language), nonce: "web \(messaging.ids.next())", on: bot.id, by: user, in: chat, tx: tx)
        }
        await settle()
    }

    /// A request to one of the app's webhook paths, as after its signature was found right.
    func webhook(_ request: BridgeValue, to bot: Account) async throws {
        try await database.write { [messaging, time] tx in
            try messaging.enqueue(
                [
                    Update(
                        id: UpdateID(messaging.ids.next()), bot: bot.id, kind: .webhook, chat: nil, person: nil,
                        payload: BridgeValue.array([request]).encoded, date: time.now)
                ], in: tx)
        }
        await settle()
    }

    /// The last lines that the app logged, oldest first.
    func logged(_ bot: Account) async throws -> [String] {
        try await database.read { try Logs.read(bot.id, after: nil, limit: 50, in: $0) }.map { "  \($0.level): \($0.text)" }
    }

    var now: Int64 { time.now }

    /// Moves the clock past every alarm up to then, in order.
    func advance(_ milliseconds: Int64) async {
        let end = time.now + milliseconds
        while !Task.isCancelled, let next = [alarms.next, nextTimer].compactMap({ $0 }).min(), next <= end {
            time.move(to: next)
            alarms.fire()
            await settle()
        }
        time.move(to: end)
        for (bot, days) in retention.withLock({ $0 }) {
            do {
                try await runtime.expire(bot, afterDays: days, now: end) { _, _ in }
            } catch {
                record.note("What the app keeps could not be looked through: \(error)")
            }
        }
        await settle()
    }

    /// Waits until no turn runs and no page is drawn, letting the pauses before retries pass; or until the task is cancelled,
    /// since apps may talk to one another without end.
    func settle() async {
        var timers = 0
        while !Task.isCancelled {
            await runtime.whenQuiet()
            await views.whenQuiet()
            // What an alarm or the answer to a request has written behind a turn is told to the runtime before this returns.
            try? await database.write { _ in }
            guard views.isQuiet, runtime.inFlight == 0 else { continue }
            if runtime.isIdle {
                guard attend(&timers) else { return }
            } else if let next = alarms.next {
                time.move(to: next)
                alarms.fire()
            }
        }
    }
}

/// Who has opened pages in a simulated world, and how many things they have done.
struct Onlookers: Sendable {
    var devices: [Device] = []
    /// Of those who said which.
    var languages: [AccountID: String] = [:]
    var pages: Int64 = 0
    var actions = 0
}

/// A clock that stands still until it is moved.
final class VirtualTime: Sendable {
    /// 2026-01-05T09:00:00Z, a Monday: the same in every run.
    private let current = Mutex<Int64>(1_767_603_600_000)

    var now: Int64 { current.withLock { $0 } }
    var clock: Clock { Clock { [self] in now } }

    func move(to time: Int64) { current.withLock { $0 = max($0, time) } }
}

/// Random numbers that are the same in every run: they go by the order in which updates first come.
final class Seeds: Sendable {
    private let known = Mutex<[UpdateID: UInt64]>([:])

    var of: @Sendable (UpdateID, Int) -> UInt64 {
        { [self] id, attempts in
            known.withLock { known in
                let seed = known[id] ?? UInt64(known.count + 1)
                known[id] = seed
                return seed + UInt64(attempts) << 32
            }
        }
    }
}
