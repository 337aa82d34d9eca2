import Model
import Testing

@testable import Runtime

/// Order and limits, decided without any thread.
struct SchedulerTests {
    private static let bot = AccountID(1)

    private func update(_ id: Int64, chat: Int64 = 10, person: Int64 = 20, bot: AccountID = bot, kind: Update.Kind = .message)
        -> Update
    {
        let account = Account(id: AccountID(person), kind: .user, name: "u\(person)", display: "U")
        let chat = Chat(id: ChatID(chat), kind: .group, title: "G")
        let message = Message(
            id: MessageID(id), chat: chat.id, from: account, date: 0, content: MessageContent(text: "x"), replyTo: nil)
        return Update(id: UpdateID(id), bot: bot, kind: kind, chat: chat, person: account, message: message, date: 0)
    }

    private func started(_ actions: [Scheduler.Action]) -> [Int64] {
        actions.compactMap { if case .run(let update, _, _) = $0 { update.id.value } else { nil } }
    }

    private func loads(_ actions: [Scheduler.Action]) -> [Int64] {
        actions.compactMap { if case .load(_, let after) = $0 { after.value } else { nil } }
    }

    private func scheduler(inFlight: Int = 64, perMinute: Double? = nil) -> Scheduler {
        var scheduler = Scheduler(maxInFlight: inFlight, turnsPerMinute: perMinute)
        _ = scheduler.add(Self.bot, inboxIsEmpty: true)
        return scheduler
    }

    @Test("Updates of one person in one chat run one after another")
    func oneLane() {
        var scheduler = scheduler()
        let first = update(1)
        #expect(started(scheduler.arrived(first, now: 0)) == [1])
        #expect(started(scheduler.arrived(update(2), now: 0)) == [])
        #expect(started(scheduler.arrived(update(3), now: 0)) == [])
        #expect(started(scheduler.ended(LaneKey(first), conversation: nil, .done, now: 0)) == [2])
        #expect(started(scheduler.ended(LaneKey(first), conversation: nil, .done, now: 0)) == [3])
        #expect(started(scheduler.ended(LaneKey(first), conversation: nil, .done, now: 0)) == [])
        #expect(scheduler.isIdle)
    }

    @Test("Different people and chats run side by side, up to the app's limit")
    func parallel() {
        var scheduler = scheduler(inFlight: 2)
        #expect(started(scheduler.arrived(update(1, person: 21), now: 0)) == [1])
        #expect(started(scheduler.arrived(update(2, person: 22), now: 0)) == [2])
        #expect(started(scheduler.arrived(update(3, person: 23), now: 0)) == [])
        #expect(started(scheduler.arrived(update(4, chat: 11, person: 21), now: 0)) == [])
        #expect(started(scheduler.ended(LaneKey(update(1, person: 21)), conversation: nil, .done, now: 0)) == [3])
        #expect(started(scheduler.ended(LaneKey(update(2, person: 22)), conversation: nil, .done, now: 0)) == [4])
    }

    @Test("A postponed update stays first in its lane until its time, with its attempts counted")
    func postponed() {
        var scheduler = scheduler()
        let first = update(1)
        _ = scheduler.arrived(first, now: 0)
        _ = scheduler.arrived(update(2), now: 0)
        let actions = scheduler.ended(LaneKey(first), conversation: nil, .postponed(attempts: 1, until: 500), now: 0)
        #expect(started(actions) == [])
        #expect(started(scheduler.wake(LaneKey(first), now: 499)) == [])
        let again = scheduler.wake(LaneKey(first), now: 500)
        guard case .run(let update, _, _)? = again.first else {
            Issue.record("nothing ran")
            return
        }
        #expect(update.id.value == 1)
        #expect(update.attempts == 1)
    }

    @Test("An inbox that was read twice over is run once")
    func noDoubles() {
        var scheduler = Scheduler(maxInFlight: 64)
        #expect(loads(scheduler.add(Self.bot, inboxIsEmpty: false)) == [0])
        let loaded = scheduler.loaded([(update(5), 0), (update(6, person: 21), 0)], of: Self.bot, reachedEnd: true, now: 0)
        #expect(started(loaded) == [5, 6])
        #expect(started(scheduler.arrived(update(6, person: 21), now: 0)) == [])
        #expect(started(scheduler.arrived(update(7, person: 22), now: 0)) == [7])
    }

    @Test("What arrives while the inbox is being read is not lost")
    func arrivesDuringLoad() {
        var scheduler = Scheduler(maxInFlight: 64)
        _ = scheduler.add(Self.bot, inboxIsEmpty: false)
        #expect(started(scheduler.arrived(update(9), now: 0)) == [])
        let actions = scheduler.loaded([(update(5), 0)], of: Self.bot, reachedEnd: true, now: 0)
        #expect(loads(actions) == [5])
    }

    @Test("More than memory holds waits on disk and is read later")
    func overflow() {
        var scheduler = scheduler(inFlight: 1)
        for id in 1...Int64(Scheduler.maxQueued + 50) { _ = scheduler.arrived(update(id, person: 20 + id % 7), now: 0) }
        #expect(scheduler.queued == Scheduler.maxQueued)
        var read: [Int64] = []
        var lane = LaneKey(update(1, person: 21))
        for _ in 0..<(3 * Scheduler.loadBatch) {
            let actions = scheduler.ended(lane, conversation: nil, .done, now: 0)
            read += loads(actions)
            guard case .run(_, let next, _)? = actions.first(where: { if case .run = $0 { true } else { false } }) else { break }
            lane = next
        }
        #expect(read == [Int64(Scheduler.maxQueued)])
    }

    @Test("Turns over the app's rate wait for the next token")
    func rate() {
        var scheduler = scheduler(perMinute: 60)
        for id in 1...10 { #expect(started(scheduler.arrived(update(Int64(id), person: Int64(id)), now: 0)) == [Int64(id)]) }
        let late = scheduler.arrived(update(11, person: 11), now: 0)
        guard case .refill(_, let at)? = late.first else {
            Issue.record("it ran, or no time was told")
            return
        }
        #expect(at == 1000)
        #expect(started(scheduler.refilled(Self.bot, now: 999)) == [])
        #expect(started(scheduler.refilled(Self.bot, now: 1000)) == [11])
    }

    @Test("After a stop nothing begins")
    func stop() {
        var scheduler = scheduler()
        scheduler.stop()
        #expect(started(scheduler.arrived(update(1), now: 0)) == [])
    }

    @Test("Property: in any mix of arrivals and ends each update runs once, and those of a lane in order")
    func property() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var scheduler = scheduler(inFlight: Int.random(in: 1...4, using: &random))
            var running: [Int64: LaneKey] = [:]
            var ran: [LaneKey: [Int64]] = [:]
            func take(_ actions: [Scheduler.Action]) {
                for action in actions {
                    guard case .run(let update, let lane, _) = action else { continue }
                    #expect(!running.values.contains(lane))
                    running[update.id.value] = lane
                    ran[lane, default: []].append(update.id.value)
                }
            }
            var next: Int64 = 0
            while next < 40 || !running.isEmpty {
                if next < 40, Bool.random(using: &random) || running.isEmpty {
                    next += 1
                    take(scheduler.arrived(update(next, chat: Int64.random(in: 1...2), person: Int64.random(in: 1...3)), now: 0))
                } else if let (id, lane) = running.randomElement(using: &random) {
                    running[id] = nil
                    take(scheduler.ended(lane, conversation: nil, .done, now: 0))
                }
            }
            #expect(ran.values.joined().sorted() == Array(1...40))
            #expect(ran.values.allSatisfy { $0 == $0.sorted() })
            #expect(scheduler.isIdle)
        }
    }

    @Test("An app's own rate holds at once: slower, faster, and back to that of all")
    func ownRate() {
        var scheduler = scheduler()
        #expect(started(scheduler.setRate(Self.bot, perMinute: 6, now: 0)) == [])
        // One is saved up; the next comes after ten seconds.
        #expect(started(scheduler.arrived(update(1, person: 21), now: 1000)) == [1])
        #expect(started(scheduler.arrived(update(2, person: 22), now: 1000)) == [])
        #expect(started(scheduler.arrived(update(3, person: 23), now: 1000)) == [])
        #expect(started(scheduler.refilled(Self.bot, now: 10_999)) == [])
        #expect(started(scheduler.refilled(Self.bot, now: 12_000)) == [2])
        // Nobody waits for the alarm of before.
        #expect(started(scheduler.setRate(Self.bot, perMinute: 6000, now: 12_100)) == [3])
        #expect(started(scheduler.setRate(Self.bot, perMinute: nil, now: 12_100)) == [])
        let many = (4...50).flatMap { started(scheduler.arrived(update($0, person: 20 + $0), now: 12_100)) }
        #expect(many.count == 47)
    }
}
