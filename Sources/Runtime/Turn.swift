package import Apps
package import Database
package import Model
package import Sandbox

/// One run of an app's handler on one update, from taking it off the inbox to the commit.
///
/// It needs no lock of its own because it is in one pair of hands at a time: it goes from thread to thread (sandbox loop,
/// database reader, database writer, its teller) with a queue's lock between them.
package final class Turn: @unchecked Sendable {
    package let id: TurnID
    package let update: Update
    package let app: App
    package let version: AppVersion
    package let conversation: ConversationID
    /// The wait that the update ended; nil when it began the conversation.
    package let wait: Int64?
    /// Whether another conversation waits for an answer of this person.
    package let isPersonAsked: Bool
    /// Milliseconds since 1970 UTC: what the handler sees as now.
    package let now: Int64
    package let seed: UInt64
    /// Ids that the handler may give away: `firstID ..< firstID + idCount`.
    package let firstID: Int64
    package static let idCount: Int64 = 32
    /// Bridge calls of one turn, and the bytes of their arguments and results.
    static let maxCalls = 10_000
    static let maxJournaledBytes = 8 << 20
    /// 0 the first time, then one more for each rerun after a conflict.
    package let rerun: Int

    var store = StoreView()
    package private(set) var effects: [TurnEffect] = []
    package private(set) var logs: [LogLine] = []
    /// Bridge calls with their results, for the journal.
    package private(set) var calls: [JournaledCall] = []
    /// What becomes of the conversations that wait for the same person.
    package var others = OtherConversations.endedByCommand
    /// About how many bytes the calls take in the journal.
    private(set) var journaledBytes = 0
    var usage = SandboxUsage(instructions: 0, memoryBytes: 0, runMicroseconds: 0)
    let startedAt: Int64

    package init(
        id: TurnID, update: Update, app: App, version: AppVersion, conversation: ConversationID, wait: Int64?,
        isPersonAsked: Bool, now: Int64, seed: UInt64, firstID: Int64, rerun: Int, refusals: [Int: String] = [:]
    ) {
        self.id = id
        self.update = update
        self.app = app
        self.version = version
        self.conversation = conversation
        self.wait = wait
        self.isPersonAsked = isPersonAsked
        self.now = now
        self.seed = seed
        self.firstID = firstID
        self.rerun = rerun
        self.refusals = refusals
        startedAt = Clock.monotonicMicroseconds()
    }

    /// Uses of grants that this turn makes, and that the database does not have yet.
    private var grantUses: [Int64: Int] = [:]

    /// Bridge calls that move money and that the ledger may refuse at the commit, counted from 1.
    private var moneyCalls = 0
    /// What the ledger refused when the turn ran before, by the call's number.
    private let refusals: [Int: String]
    static let maxMoneyCalls = 100

    /// Numbers a call that moves money.
    /// - Returns: the number, and the code with which the ledger refused it when this turn ran before.
    /// - Throws: ``StoaError/Code/tooLarge``.
    package func moneyCall() throws(StoaError) -> (number: Int, refusal: String?) {
        moneyCalls += 1
        guard moneyCalls <= Self.maxMoneyCalls else {
            throw StoaError(.tooLarge, "A turn may move money \(Self.maxMoneyCalls) times. Do less in one turn.")
        }
        return (moneyCalls, refusals[moneyCalls])
    }

    package func add(_ effect: TurnEffect) { effects.append(effect) }

    package func noteUse(of grant: Int64) { grantUses[grant, default: 0] += 1 }
    package func uses(of grant: Int64) -> Int { grantUses[grant] ?? 0 }

    /// It asked about payments or products.
    package var readsMoney = false

    /// What the turn says to the page of its person.
    package private(set) var notes: [PageNote] = []
    package static let maxNotes = 32

    /// - Throws: ``StoaError/Code/tooLarge``.
    package func note(_ note: PageNote) throws(StoaError) {
        guard notes.count < Self.maxNotes else {
            throw StoaError(.tooLarge, "A turn may tell its page \(Self.maxNotes) things. Do less in one turn.")
        }
        notes.append(note)
    }

    package func log(_ level: String, _ text: String) {
        guard logs.count < 1000 else { return }
        logs.append(LogLine(level: level, text: text))
    }

    package func storeGet(_ key: StoreKey, of bot: AccountID, in tx: ReadTransaction) throws -> [UInt8]? {
        try store.get(key, of: bot, in: tx)
    }

    package func storePut(_ key: StoreKey, _ value: [UInt8]?) { store.put(key, value) }

    package func storeList(
        _ prefix: StoreKey, after: String?, limit: Int, of bot: AccountID, in tx: ReadTransaction
    ) throws -> [(key: String, value: [UInt8])] {
        try store.list(prefix, after: after, limit: limit, of: bot, in: tx)
    }

    /// - Throws: ``StoaError/Code/tooLarge`` when the turn's calls take more than a journal may hold.
    func journal(_ call: JournaledCall) throws(StoaError) {
        calls.append(call)
        journaledBytes += call.approximateSize
        guard calls.count <= Self.maxCalls, journaledBytes <= Self.maxJournaledBytes else {
            throw StoaError(
                .tooLarge,
                "journal limit: a turn may make \(Self.maxCalls) bridge calls whose arguments and results take \(Self.maxJournaledBytes >> 20) MiB together. Do less in one turn, for example by a timer that goes on with the rest."
            )
        }
    }

    /// Whether an id that came back from the sandbox was given to this turn.
    package func owns(_ id: Int64) -> Bool {
        (id >= firstID && id < firstID + Self.idCount) || extraIDs.contains { $0.contains(id) }
    }

    package var extraIDs: [ClosedRange<Int64>] = []
}

/// Thrown by an effect that finds at the commit that what the turn relied on has changed: the turn is run again.
package struct TurnConflict: Error {
    package init() {}
}

/// Thrown by an effect that the ledger refuses: the turn is run again, and the call that asked for it is told so.
package struct TurnRefusal: Error {
    package let call: Int
    package let code: String

    package init(call: Int, code: String) {
        self.call = call
        self.code = code
    }
}

/// Something a turn asks for. Applied in the turn's one transaction, or never.
package struct TurnEffect: Sendable {
    package let name: String
    package let arguments: [BridgeValue]
    /// Must not hold the turn: the turn holds it.
    let apply: @Sendable (Transaction) throws -> Void

    package init(
        _ name: String, _ arguments: [BridgeValue], apply: @escaping @Sendable (Transaction) throws -> Void
    ) {
        self.name = name
        self.arguments = arguments
        self.apply = apply
    }
}

package struct LogLine: Sendable, Equatable {
    package let level: String
    package let text: String
}

/// What a turn does to the conversations that wait for the same person.
package enum OtherConversations: Sendable {
    /// A command ends those that the person began; anything else leaves them.
    case endedByCommand
    /// They stay, and go on when this one has ended.
    case kept
    /// The one that asked last ends.
    case cancelled
}
