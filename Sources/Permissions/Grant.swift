/// A person's consent to one capability of one app: to what question, where, until when.
package struct Grant: Sendable, Equatable {
    package typealias ID = Int64

    /// How often it may be used.
    package struct Allowance: Sendable, Equatable {
        /// 23 hours: what happens at the same time each day must not be refused because it came a moment early.
        package static let day: Int64 = 82_800_000

        /// Uses in a day that begins with its first use: 1 or more.
        package let perDay: Int
        /// When the day of the last use began, in milliseconds since 1970 UTC, and the uses in it.
        package let dayBegin: Int64
        package let usedInDay: Int

        package init(perDay: Int, dayBegin: Int64 = 0, usedInDay: Int = 0) {
            self.perDay = perDay
            self.dayBegin = dayBegin
            self.usedInDay = usedInDay
        }

        /// How many more uses it has at a time.
        package func left(at now: Int64) -> Int { now >= dayBegin + Self.day ? perDay : max(0, perDay - usedInDay) }
    }

    package let id: ID
    package let capability: Capability.Name
    /// The question agreed to, see ``Permissions/Request/detail``. A grant answers no other one: who agreed to tell that they are
    /// over 18 did not agree to be asked for 19, 20 and 21.
    package let detail: String
    /// Only there; nil for everywhere.
    package let chat: Int64?
    /// From when on, in milliseconds since 1970 UTC.
    package let begin: Int64
    /// Up to but not including this time; nil for as long as the person does not take it back.
    package let until: Int64?
    /// When the person took it back; nil while they have not.
    package let end: Int64?
    /// Nil for any number of uses.
    package let allowance: Allowance?

    package init(
        id: ID, capability: Capability.Name, detail: String, chat: Int64?, begin: Int64, until: Int64?, end: Int64? = nil,
        allowance: Allowance? = nil
    ) {
        self.id = id
        self.capability = capability
        self.detail = detail
        self.chat = chat
        self.begin = begin
        self.until = until
        self.end = end
        self.allowance = allowance
    }

    /// Whether it is for this use, if it is of the same capability; not yet whether a use is left.
    package func covers(_ request: Permissions.Request) -> Bool {
        detail == request.detail && (chat == nil || chat == request.chat) && begin <= request.now && request.now < until ?? .max
            && request.now < end ?? .max
    }

    /// Whether it leaves room for the uses asked for.
    package func hasRoom(for request: Permissions.Request) -> Bool {
        guard let allowance else { return true }
        switch request.amount {
        case .uses(let count): return allowance.left(at: request.now) >= count
        case .perDay(let count): return allowance.perDay >= count
        }
    }
}

/// For how long a person agrees.
package enum GrantTerm: String, Sendable, CaseIterable {
    case once
    /// In the chat where it was asked.
    case chat
    case hour
    case day
    case always

    /// The end in milliseconds since 1970 UTC of what begins at `begin`; nil without one.
    package func end(from begin: Int64) -> Int64? {
        switch self {
        case .once: begin
        case .hour: begin + 3_600_000
        case .day: begin + 86_400_000
        case .chat, .always: nil
        }
    }
}

/// How often a person has said no to an app's question about a capability, in a row. Each no keeps the app from asking for
/// longer.
package struct Refusals: Sendable, Equatable {
    package static let none = Refusals(count: 0, last: 0)

    package let count: Int
    /// Milliseconds since 1970 UTC.
    package let last: Int64
    /// When the app last gave a question up that the person had not answered; milliseconds since 1970 UTC, 0 for never.
    package let withdrawn: Int64

    package init(count: Int, last: Int64, withdrawn: Int64 = 0) {
        self.count = count
        self.last = last
        self.withdrawn = withdrawn
    }

    private static let hour: Int64 = 3_600_000
    /// After the first no, the second, and so on; the last one from then on.
    private static let pauses: [Int64] = [hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour]

    /// Until when the app may not ask, in milliseconds since 1970 UTC; 0 when it may.
    package var pauseEnds: Int64 { count < 1 ? 0 : last + Self.pauses[min(count, Self.pauses.count) - 1] }

    /// Likewise, where it is not the person's own doing that brings the question up: who did not answer one is not to be shown it
    /// again and again.
    package var unaskedPauseEnds: Int64 { max(pauseEnds, withdrawn == 0 ? 0 : withdrawn + Self.hour) }
}
