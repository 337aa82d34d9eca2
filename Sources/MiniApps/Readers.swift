import Model
import Runtime

/// Which views read from where: whom a write may concern is found without a look at everything that is open.
struct Readers {
    /// A part of an app's store: the app's own, that of a chat, that of a person.
    private struct Part: Hashable {
        let bot: AccountID
        let scope: StoreKey.Scope
        let id: Int64

        init(_ bot: AccountID, _ key: StoreKey) {
            self.bot = bot
            scope = key.scope
            id = key.scopeID
        }
    }

    private var byPart: [Part: Set<ViewID>] = [:]
    private var parts: [ViewID: Set<Part>] = [:]
    private var ofMoney: [AccountID: Set<ViewID>] = [:]

    /// - Parameter reads: what the view was drawn by; nil when it is closed.
    mutating func set(_ id: ViewID, of bot: AccountID, _ reads: PageReads?) {
        let now = reads.map { Set(($0.keys.union($0.prefixes)).map { Part(bot, $0) }) } ?? []
        let before = parts[id] ?? []
        for part in before.subtracting(now) { byPart.remove(id, at: part) }
        for part in now.subtracting(before) { byPart[part, default: []].insert(id) }
        parts[id] = now.isEmpty ? nil : now
        if reads?.money == true { ofMoney[bot, default: []].insert(id) } else { ofMoney.remove(id, at: bot) }
    }

    /// The views that may have read one of these keys, and those that show money, which has no keys.
    func concerned(by keys: [StoreKey], of bot: AccountID) -> Set<ViewID> {
        Set(keys.map { Part(bot, $0) }).reduce(into: ofMoney[bot] ?? []) { $0.formUnion(byPart[$1] ?? []) }
    }
}

extension Dictionary where Value == Set<ViewID> {
    /// Keeps no empty sets.
    mutating func remove(_ id: ViewID, at key: Key) {
        self[key]?.remove(id)
        if self[key]?.isEmpty == true { self[key] = nil }
    }
}
