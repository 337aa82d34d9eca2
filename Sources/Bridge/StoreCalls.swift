import Apps
import Database
import Model
import Permissions
import Runtime
import Sandbox

/// `store`: values of an app for itself, for a chat, for a user. A turn sees its own writes at once; others see them after the commit.
extension Bridge {
    func store(_ call: String, _ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try check(.store, for: call, in: turn)
        let key = try storeKey(arguments, in: turn)
        let bot = turn.app.account
        switch call {
        case "store.get":
            return .read { tx, turn in [try turn.value(of: key, bot, in: tx)] }
        case "store.put":
            turn.put(key, try encoded(arguments[3], call))
            return .now([])
        case "store.delete":
            turn.put(key, nil)
            return .now([])
        case "store.list":
            let limit = Int(clamping: min(max(try arguments.int(3, "limit"), 1), 1000))
            return .read { tx, turn in
                let found = try turn.list(key, limit: limit, bot, in: tx)
                return [.array(found)]
            }
        default:
            let step = arguments[3]
            return .read { tx, turn in
                let sum = try Self.sum(try turn.value(of: key, bot, in: tx), step, key.key)
                turn.put(key, sum.encoded)
                return [sum]
            }
        }
    }

    /// Chats and users are those of the turn: an app cannot name another's chat to read what it kept there.
    private func storeKey(_ arguments: Arguments, in turn: Turn) throws -> StoreKey {
        let id = try arguments.int(1, "scope id")
        let key = try arguments.string(2, "key")
        guard key.utf8.count <= StoreView.maxKey else {
            throw StoaError(.tooLarge, "\(arguments.call): the key has more than \(StoreView.maxKey) bytes.")
        }
        switch try arguments.string(0, "scope") {
        case "app": return StoreKey(scope: .app, scopeID: 0, key: key)
        case "chat" where id == turn.update.chat?.id.value: return StoreKey(scope: .chat, scopeID: id, key: key)
        // A conversation may hold the user who began it while another one answers; both are people of this chat.
        case "user" where turn.update.person != nil: return StoreKey(scope: .user, scopeID: id, key: key)
        default:
            throw StoaError(.forbidden, "\(arguments.call): this chat or user is not the one that the turn is about.")
        }
    }

    private func encoded(_ value: BridgeValue, _ call: String) throws -> [UInt8] {
        let bytes = value.encoded
        guard bytes.count <= StoreView.maxValue else {
            throw StoaError(
                .tooLarge,
                "\(call): the value takes \(bytes.count) bytes; at most \(StoreView.maxValue) fit under a key. Spread it over several keys."
            )
        }
        return bytes
    }

    private static func sum(_ old: BridgeValue, _ step: BridgeValue, _ key: String) throws -> BridgeValue {
        switch (old, step) {
        case (.null, .int), (.null, .double): return step
        case (.int(let a), .int(let b)):
            let (sum, overflow) = a.addingReportingOverflow(b)
            guard !overflow else {
                throw StoaError(.badRequest, "store.increment: the value under \"\(key)\" would not fit 64 bits.")
            }
            return .int(sum)
        case (.int(let a), .double(let b)): return try finite(Double(a) + b, key)
        case (.double(let a), .int(let b)): return try finite(a + Double(b), key)
        case (.double(let a), .double(let b)): return try finite(a + b, key)
        case (_, .int), (_, .double):
            throw StoaError(.badRequest, "store.increment: what \"\(key)\" holds is not a number.")
        default: throw StoaError(.badRequest, "store.increment: the step must be a number.")
        }
    }

    private static func finite(_ value: Double, _ key: String) throws -> BridgeValue {
        guard value.isFinite else {
            throw StoaError(.badRequest, "store.increment: the value under \"\(key)\" would not be a finite number.")
        }
        return .double(value)
    }
}

extension Turn {
    func value(of key: StoreKey, _ bot: AccountID, in tx: ReadTransaction) throws -> BridgeValue {
        guard let bytes = try storeGet(key, of: bot, in: tx) else { return .null }
        return try BridgeValue.decode(bytes)
    }

    func list(_ prefix: StoreKey, limit: Int, _ bot: AccountID, in tx: ReadTransaction) throws -> [BridgeValue] {
        try storeList(prefix, limit: limit, of: bot, in: tx).map { entry in
            .map(BridgeMap([("key", .string(entry.key)), ("value", try BridgeValue.decode(entry.value))]))
        }
    }

    func put(_ key: StoreKey, _ value: [UInt8]?) { storePut(key, value) }
}
