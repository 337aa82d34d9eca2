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
        let (days, rest) = floored(start, by: 86_400_000)
        let date = civil(days)
        let (years, month) = floored(date.month - 1 + months, by: 12)
        let year = date.year + years
        let last = daysOf(year, month + 1, 1, nextMonth: true) - daysOf(year, month + 1, 1)
        return (daysOf(year, month + 1, min(date.day, last))) * 86_400_000 + rest
    }

    private static func floored(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let rest = (value % divisor + divisor) % divisor
        return ((value - rest) / divisor, rest)
    }

    private static func daysOf(_ year: Int64, _ month: Int64, _ day: Int64, nextMonth: Bool) -> Int64 {
        month == 12 ? daysOf(year + 1, 1, day) : daysOf(year, month + 1, day)
    }

    /// Days since 1970-01-01 (Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil).
    private static func daysOf(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floored(y, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The same the other way (civil_from_days).
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floored(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
