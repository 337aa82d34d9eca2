import Synchronization

/// Counts open connections over all event loops, in all and by address.
final class Admission: Sendable {
    private struct State {
        var total = 0
        var byAddress: [String: Int] = [:]
    }

    private let state = Mutex(State())
    private let limit: Int
    private let limitPerAddress: Int

    init(limit: Int, limitPerAddress: Int?) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress ?? .max
    }

    /// Takes a place; false when there is none. Every place taken is given back with `leave`.
    func enter(_ address: String) -> Bool {
        state.withLock { state in
            let same = state.byAddress[address, default: 0]
            guard state.total < limit, same < limitPerAddress else { return false }
            state.total += 1
            state.byAddress[address] = same + 1
            return true
        }
    }

    func leave(_ address: String) {
        state.withLock { state in
            state.total -= 1
            let left = state.byAddress[address, default: 1] - 1
            state.byAddress[address] = left > 0 ? left : nil
        }
    }
}
