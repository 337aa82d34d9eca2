package import Model
import Synchronization

/// Slows down guessing: failed sign-ins are counted for a name and for an address, in memory.
package final class SignInThrottle: Sendable {
    private struct Count {
        var failures: Int
        var until: Int64
    }

    /// Tries before the first pause.
    private static let free = 5
    private static let firstPause: Int64 = 2_000
    private static let longestPause: Int64 = 15 * 60_000

    private let clock: Clock
    private let counts = Mutex<[String: Count]>([:])

    package init(clock: Clock) { self.clock = clock }

    /// - Throws: ``StoaError/Code/rateLimited`` while a pause lasts.
    package func check(name: String, address: String) throws {
        let now = clock.now()
        let until = counts.withLock { counts in
            Self.keys(name, address).compactMap { counts[$0]?.until }.max() ?? 0
        }
        guard until <= now else {
            throw StoaError(
                .rateLimited, "Too many failed sign-ins. Try again in \((until - now + 999) / 1000) s.",
                retryAfter: until - now)
        }
    }

    package func failed(name: String, address: String) {
        let now = clock.now()
        counts.withLock { counts in
            if counts.count > 50_000 { counts = counts.filter { now - $0.value.until < Self.longestPause } }
            for (index, key) in Self.keys(name, address).enumerated() {
                var count = counts[key] ?? Count(failures: 0, until: 0)
                // A quiet hour forgives.
                if now - count.until > 3_600_000 { count.failures = 0 }
                count.failures += 1
                // Many people may share an address: it has ten times the patience of a name.
                let over = count.failures - Self.free * (index == 0 ? 1 : 10)
                let pause = over < 0 ? 0 : min(Self.longestPause, Self.firstPause << min(over, 20))
                count.until = now + pause
                counts[key] = count
            }
        }
    }

    package func succeeded(name: String) {
        counts.withLock { _ = $0.removeValue(forKey: "n" + name.lowercased()) }
    }

    private static func keys(_ name: String, _ address: String) -> [String] {
        ["n" + name.lowercased().prefix(64), "a" + address]
    }
}
