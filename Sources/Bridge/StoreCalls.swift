import Apps
import Database
import Model
import Permissions
import Runtime
import Sandbox

/// `store`: values of an app for itself, for a chat, for a user. A turn sees its own writes at once; others see them after
/// the commit.
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
            let after = arguments[4].stringValue
            return .read { tx, turn in try turn.list(key, after: after, limit: limit, bot, in: tx) }
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

    /// A page of entries, as large as may cross the bridge at once, and the key to go on after.
    func list(
        _ prefix: StoreKey, after: String?, limit: Int, _ bot: AccountID, in tx: ReadTransaction
    ) throws -> [BridgeValue] {
        var page: [BridgeValue] = []
        var nodes = 0
        var bytes = 0
        let found = try storeList(prefix, after: after, limit: limit + 1, of: bot, in: tx)
        for entry in found {
            let value = try BridgeValue.decode(entry.value)
            nodes += value.nodes + 3
            bytes += entry.value.count + entry.key.utf8.count
            guard page.count < limit, page.isEmpty || (nodes <= 9_000 && bytes <= 512 << 10) else { break }
            page.append(.map(BridgeMap([("key", .string(entry.key)), ("value", value)])))
        }
        let goesOn = page.count < found.count && !page.isEmpty
        return [.array(page), goesOn ? .string(found[page.count - 1].key) : .null]
    }

    func put(_ key: StoreKey, _ value: [UInt8]?) { storePut(key, value) }
}

extension BridgeValue {
    /// How many values it is made of, as the bridge counts them.
    fileprivate var nodes: Int {
        switch self {
        case .array(let list): list.reduce(1) { $0 + $1.nodes }
        case .map(let map): map.entries.reduce(1) { $0 + $1.value.nodes }
        default: 1
        }
    }
}
