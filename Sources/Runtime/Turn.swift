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
    /// Milliseconds since 1970 UTC: what the handler sees as now.
    package let now: Int64
    package let seed: UInt64
    /// Ids that the handler may give away: `firstID ..< firstID + idCount`.
    package let firstID: Int64
    package static let idCount: Int64 = 32
    /// 0 the first time, then one more for each rerun after a conflict.
    package let rerun: Int

    var store = StoreView()
    package private(set) var effects: [TurnEffect] = []
    package private(set) var logs: [LogLine] = []
    /// Bridge calls with their results, for the journal.
    package private(set) var calls: [JournaledCall] = []
    /// Set by the bridge when the handler asks to wait: what for.
    package var wait: Wait?
    var usage = SandboxUsage(instructions: 0, memoryBytes: 0, runMicroseconds: 0)
    let startedAt: Int64

    package init(
        id: TurnID, update: Update, app: App, version: AppVersion, conversation: ConversationID, now: Int64, seed: UInt64,
        firstID: Int64, rerun: Int
    ) {
        self.id = id
        self.update = update
        self.app = app
        self.version = version
        self.conversation = conversation
        self.now = now
        self.seed = seed
        self.firstID = firstID
        self.rerun = rerun
        startedAt = Clock.monotonicMicroseconds()
    }

    package func add(_ effect: TurnEffect) { effects.append(effect) }

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

    func journal(_ call: JournaledCall) { calls.append(call) }

    /// Whether an id that came back from the sandbox was given to this turn.
    package func owns(_ id: Int64) -> Bool {
        (id >= firstID && id < firstID + Self.idCount) || extraIDs.contains { $0.contains(id) }
    }

    package var extraIDs: [ClosedRange<Int64>] = []
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

/// A bridge call and what it answered.
package struct JournaledCall: Sendable, Equatable {
    package let name: String
    package let arguments: [BridgeValue]
    package let result: Result<[BridgeValue], BridgeFailure>
}

/// What a conversation waits for between two turns.
package struct Wait: Sendable, Equatable {
    package enum Person: String, Sendable {
        /// The one whose update began the conversation.
        case same
        case anyone
    }

    package let person: Person
    /// Kinds of update that end it.
    package let accepts: Set<String>
    /// The message whose buttons it offers.
    package let message: MessageID?

    package init(person: Person, accepts: Set<String>, message: MessageID?) {
        self.person = person
        self.accepts = accepts
        self.message = message
    }

    /// As stored in `conversations.wait`: `person|kind,kind|message`.
    var stored: String { "\(person.rawValue)|\(accepts.sorted().joined(separator: ","))|\(message?.value ?? 0)" }

    init?(stored: String) {
        let parts = stored.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 3, let person = Person(rawValue: String(parts[0])), let message = Int64(parts[2]) else {
            return nil
        }
        self.init(
            person: person, accepts: Set(parts[1].split(separator: ",").map(String.init)),
            message: message == 0 ? nil : MessageID(message))
    }
}
