import Model

/// How often a subscription is paid, counted in the calendar of UTC.
package enum BillingPeriod: Int64, Sendable, CaseIterable {
    case day = 1
    case week = 2
    case month = 3
    case year = 4

    package var name: String {
        switch self {
        case .day: "day"
        case .week: "week"
        case .month: "month"
        case .year: "year"
        }
    }

    package init?(name: String) {
        guard let period = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = period
    }

    /// The moment so many periods after another, both in milliseconds since 1970 UTC. A day that a month does not have is its
    /// last: a month after the 31st of January is the 28th or 29th of February, two months after it the 31st of March.
    package func moment(_ count: Int64, after start: Int64) -> Int64 {
        let day: Int64 = 86_400_000
        switch self {
        case .day: return start + count * day
        case .week: return start + count * 7 * day
        case .month: return Self.adding(months: count, to: start)
        case .year: return Self.adding(months: 12 * count, to: start)
        }
    }

    private static func adding(months: Int64, to start: Int64) -> Int64 {
        let date = CivilDate(at: start)
        return date.adding(months: months).start + (start - date.start)
    }
}
