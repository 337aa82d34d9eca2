package import Database
package import Model
import Sandbox

/// What a conversation waits for between two turns: the first of these to happen goes on with it.
package struct Wait: Sendable, Equatable {
    /// Most that one conversation may wait for at a time.
    package static let maxAwaited = 64

    package let awaited: [Awaited]

    package init(_ awaited: [Awaited]) { self.awaited = awaited }

    /// The earliest moment at which something of it is over, in milliseconds since 1970 UTC, and the wait concerned.
    package var deadline: (at: Int64, wait: Int64)? {
        var earliest: (at: Int64, wait: Int64)?
        for item in awaited where item.due != Awaited.never && item.due < earliest?.at ?? Awaited.never {
            earliest = (item.due, item.id)
        }
        return earliest
    }

    /// Whether something that a person of the chat does goes on with it.
    package var isForPeople: Bool { awaited.contains { !$0.kinds.isEmpty } }
    /// Whether something that is said or done in the chat goes on with it.
    package var listens: Bool { awaited.contains { !$0.kinds.subtracting(.consent).isEmpty } }
    package var isForAnyone: Bool { awaited.contains { $0.isForAnyone } }

    package func contains(_ id: Int64) -> Bool { awaited.contains { $0.id == id } }
}

/// One thing that a conversation waits for. Small and flat: a hundred thousand of these lie in memory.
package struct Awaited: Sendable, Equatable {
    /// What people of the chat bring about.
    package struct Kinds: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let message = Kinds(rawValue: 1)
        package static let press = Kinds(rawValue: 2)
        package static let memberJoined = Kinds(rawValue: 4)
        package static let memberLeft = Kinds(rawValue: 8)
        /// Their answer to a consent sheet. It is addressed to the conversation, so no message of the chat is one.
        package static let consent = Kinds(rawValue: 16)

        package init(_ kind: Update.Kind) {
            switch kind {
            case .message: self = .message
            case .press: self = .press
            case .memberJoined: self = .memberJoined
            case .memberLeft: self = .memberLeft
            default: self = []
            }
        }
    }

    package static let never = Int64.max

    /// Unique in the whole server.
    package let id: Int64
    package let kinds: Kinds
    /// Not only the one whose update began the conversation.
    package let isForAnyone: Bool
    /// The message whose buttons it offers, or that a reply answers; 0 for none.
    package let message: Int64
    /// Milliseconds since 1970 UTC; ``never`` without a time-out.
    package let due: Int64

    package init(id: Int64, kinds: Kinds = [], isForAnyone: Bool = false, message: Int64 = 0, due: Int64 = Awaited.never) {
        self.id = id
        self.kinds = kinds
        self.isForAnyone = isForAnyone
        self.message = message
        self.due = due
    }
}

extension Wait {
    /// As stored in `conversations.wait`: `[[id, kinds, is for anyone, message, due], …]`, trailing zeros left out.
    var stored: [UInt8] {
        BridgeValue.array(
            awaited.map { item in
                var fields = [
                    item.id, Int64(item.kinds.rawValue), item.isForAnyone ? 1 : 0, item.message,
                    item.due == Awaited.never ? 0 : item.due,
                ]
                while fields.last == 0 { fields.removeLast() }
                return .array(fields.map { .int($0) })
            }
        ).encoded
    }

    /// Whether a conversation waits for this very thing.
    package static func contains(_ id: Int64, of conversation: ConversationID, in tx: ReadTransaction) throws -> Bool {
        let stored = try tx.first("SELECT wait FROM conversations WHERE id = ?", .int(conversation.value)) { try $0.bytes(0) }
        return stored.flatMap(Wait.init(stored:))?.contains(id) ?? false
    }

    init?(stored: [UInt8]) {
        guard let list = try? BridgeValue.decode(stored).arrayValue else { return nil }
        var awaited: [Awaited] = []
        awaited.reserveCapacity(list.count)
        for item in list {
            guard let fields = item.arrayValue?.map({ $0.intValue ?? 0 }), let id = fields.first else { return nil }
            func field(_ index: Int) -> Int64 { index < fields.count ? fields[index] : 0 }
            awaited.append(
                Awaited(
                    id: id, kinds: Awaited.Kinds(rawValue: UInt8(truncatingIfNeeded: field(1))), isForAnyone: field(2) == 1,
                    message: field(3), due: field(4) == 0 ? Awaited.never : field(4)))
        }
        self.init(awaited)
    }
}
