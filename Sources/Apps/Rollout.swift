package import Database
package import Model

/// Which version of an app a new conversation runs, by the chat that it begins in; and how much of it.
package struct Rollout: Sendable, Equatable {
    package struct Candidate: Sendable, Equatable {
        package let version: AppVersionID
        /// Of all chats, 1 to 99.
        package let percent: Int

        package init(version: AppVersionID, percent: Int) {
            self.version = version
            self.percent = percent
        }
    }

    package let bot: AccountID
    /// Nil for an app that has never been live.
    package let active: AppVersionID?
    package let candidate: Candidate?
    /// The app was taken down: nothing of it runs.
    package let isStopped: Bool
    package let quota: Quota

    package init(
        bot: AccountID, active: AppVersionID?, candidate: Candidate? = nil, isStopped: Bool = false, quota: Quota = Quota()
    ) {
        self.bot = bot
        self.active = active
        self.candidate = candidate
        self.isStopped = isStopped
        self.quota = quota
    }

    /// What a conversation there begins with; nil when nothing is there for it. A chat keeps its answer while the stage only
    /// grows, and what concerns no chat is the active version's.
    package func version(for chat: ChatID?) -> AppVersionID? {
        guard let chat, let candidate, Self.share(of: chat, candidate.version) < candidate.percent else { return active }
        return candidate.version
    }

    /// All versions that a conversation could begin with.
    package var versions: Set<AppVersionID> { Set([active, candidate?.version].compactMap { $0 }) }

    /// 0 to 99, evenly spread over the chats, and another for each version, so that not always the same chats come first.
    /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
    static func share(of chat: ChatID, _ version: AppVersionID) -> Int {
        var bits = UInt64(bitPattern: chat.value) &+ UInt64(bitPattern: version.value) &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((bits ^ (bits >> 31)) % 100)
    }
}

extension AppStore {
    /// Of every app there is.
    package static func rollouts(in tx: ReadTransaction) throws -> [Rollout] {
        try tx.query("SELECT account_id FROM apps ORDER BY id") { AccountID(try $0.int(0)) }
            .compactMap { try rollout(of: $0, in: tx) }
    }

    /// Nil when the bot runs no app.
    package static func rollout(of bot: AccountID, in tx: ReadTransaction) throws -> Rollout? {
        try tx.first(
            """
            SELECT a.active_version_id, a.candidate_version_id, a.candidate_percent, a.taken_down, q.turns_per_minute, q.store_mib
            FROM apps a LEFT JOIN quotas q ON q.bot_id = a.account_id WHERE a.account_id = ?
            """, .int(bot.value)
        ) { row in
            let candidate = try row.intOrNil(1).map { version in
                Rollout.Candidate(version: AppVersionID(version), percent: Int(try row.intOrNil(2) ?? 0))
            }
            return Rollout(
                bot: bot, active: try row.intOrNil(0).map { AppVersionID($0) }, candidate: candidate,
                isStopped: try row.bool(3),
                quota: Quota(turnsPerMinute: try row.intOrNil(4), storeMiB: try row.intOrNil(5)))
        }
    }
}
