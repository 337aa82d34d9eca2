/// A day of the Gregorian calendar, in UTC.
package struct CivilDate: Sendable, Hashable {
    package static let millisecondsPerDay: Int64 = 86_400_000

    package let year: Int64
    /// 1 to 12.
    package let month: Int64
    /// 1 to 31.
    package let day: Int64

    /// - Parameter day: one that the month does not have becomes its last.
    package init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        let next = month == 12 ? Self.days(year + 1, 1, 1) : Self.days(year, month + 1, 1)
        self.day = min(day, next - Self.days(year, month, 1))
    }

    /// - Parameter moment: milliseconds since 1970 UTC.
    package init(at moment: Int64) {
        let (days, _) = floorDivide(moment, by: Self.millisecondsPerDay)
        let (era, dayOfEra) = floorDivide(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    }

    /// Reads `2026-01-31`; nil for anything else, also for a day that there is not.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }), let year = Int64(parts[0]),
            let month = Int64(parts[1]), let day = Int64(parts[2]), (1...12).contains(month), day >= 1
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard self.day == day else { return nil }
    }

    /// The day's first moment, in milliseconds since 1970 UTC.
    package var start: Int64 { Self.days(year, month, day) * Self.millisecondsPerDay }

    package var text: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }

    /// The month so many later, on the same day or its last.
    package func adding(months: Int64) -> CivilDate {
        let (years, month) = floorDivide(self.month - 1 + months, by: 12)
        return CivilDate(year: year + years, month: month + 1, day: day)
    }

    /// Days since 1970-01-01 (Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil; its way back is above).
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (era, yearOfEra) = floorDivide(month <= 2 ? year - 1 : year, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// A moment as RFC 3339 writes it, to the second: `2026-01-31T10:00:00Z`.
    package static func timestamp(_ moment: Int64) -> String {
        let date = CivilDate(at: moment)
        let second = (moment - date.start) / 1000
        return "\(date.text)T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
    }
}

/// Quotient and remainder of a division that rounds down, so that the remainder is never negative.
private func floorDivide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let remainder = (value % divisor + divisor) % divisor
    return ((value - remainder) / divisor, remainder)
}
