package import Model
import Synchronization

/// How many messages an account may send. Buckets fill at `perSecond` and hold `burst`.
package struct RateLimits: Sendable, Equatable, Codable {
    package struct Bucket: Sendable, Equatable, Codable {
        package var perSecond: Double
        package var burst: Double

        package init(perSecond: Double, burst: Double) {
            self.perSecond = perSecond
            self.burst = burst
        }
    }

    /// All that a user sends, edits, deletes, presses.
    package var user = Bucket(perSecond: 30, burst: 200)
    /// All that a bot outside of this server sends.
    package var bot = Bucket(perSecond: 30, burst: 60)
    /// What such a bot sends to one group: 20 a minute.
    package var botToGroup = Bucket(perSecond: 20.0 / 60, burst: 20)
    /// What such a bot sends to one direct chat.
    package var botToDirect = Bucket(perSecond: 1, burst: 100)

    package init() {}
}

/// Token buckets in memory. A restart refills them, which errs on the sender's side.
package final class RateLimiter: Sendable {
    private struct Key: Hashable {
        let account: Int64
        let chat: Int64
    }

    private struct Level {
        var tokens: Double
        var at: Int64
    }

    /// Nil switches every limit off.
    private let limits: RateLimits?
    private let clock: Clock
    private let levels = Mutex<[Key: Level]>([:])

    package init(limits: RateLimits?, clock: Clock) {
        self.limits = limits
        self.clock = clock
    }

    /// Takes one message's worth from each bucket that applies, or nothing.
    /// - Throws: ``StoaError/Code/rateLimited`` with the milliseconds until the next try can succeed.
    package func take(_ account: Account, in chat: Chat?) throws {
        guard let limits else { return }
        var buckets: [(Key, RateLimits.Bucket)] = [
            (Key(account: account.id.value, chat: 0), account.kind == .user ? limits.user : limits.bot)
        ]
        if account.kind == .bot, let chat {
            let bucket = chat.kind == .direct ? limits.botToDirect : limits.botToGroup
            buckets.append((Key(account: account.id.value, chat: chat.id.value), bucket))
        }
        let now = clock.now()
        let wait = levels.withLock { levels -> Int64 in
            if levels.count > 100_000 { Self.forgetFull(&levels, now: now) }
            var wait: Int64 = 0
            for (key, bucket) in buckets {
                let level = Self.level(levels[key], bucket, now: now)
                levels[key] = level
                if level.tokens < 1 {
                    wait = max(wait, Int64(((1 - level.tokens) / bucket.perSecond * 1000).rounded(.up)))
                }
            }
            if wait == 0 { for (key, _) in buckets { levels[key]?.tokens -= 1 } }
            return wait
        }
        guard wait > 0 else { return }
        throw StoaError(
            .rateLimited, "Too many messages. Try again in \((wait + 999) / 1000) s.", retryAfter: wait)
    }

    private static func level(_ level: Level?, _ bucket: RateLimits.Bucket, now: Int64) -> Level {
        guard let level else { return Level(tokens: bucket.burst, at: now) }
        let gained = Double(max(0, now - level.at)) / 1000 * bucket.perSecond
        return Level(tokens: min(bucket.burst, level.tokens + gained), at: now)
    }

    /// Who has been silent for ten minutes has full buckets again under any sensible limit.
    private static func forgetFull(_ levels: inout [Key: Level], now: Int64) {
        levels = levels.filter { now - $0.value.at < 600_000 }
    }
}
