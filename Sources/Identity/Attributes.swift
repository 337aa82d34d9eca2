package import Database
package import Model

/// What is known for sure about a person, because the operator has verified it, or the person has shown with a code that an
/// address is theirs. Apps never see it, only answers drawn from it.
package enum Attributes {
    package enum Name: String, Sendable, CaseIterable {
        /// `1990-05-01`
        case birthDate = "birth_date"
        case email
        /// International, with its plus: `+4915112345678`.
        case phone
    }

    /// How it became known.
    package enum Verification: String, Sendable {
        case `operator`
        /// The person has read a code that was sent there.
        case code
    }

    package struct Known: Sendable, Equatable {
        package let name: Name
        package let value: String
        /// Milliseconds since 1970 UTC.
        package let verifiedAt: Int64
        package let by: Verification
    }

    /// - Throws: ``StoaError/Code/badRequest`` for a value that cannot be one.
    package static func set(
        _ name: Name, to value: String, of person: AccountID, by verification: Verification = .operator, now: Int64,
        in tx: Transaction
    ) throws {
        try check(value, for: name)
        try tx.execute(
            """
            INSERT INTO attributes (account_id, name, value, verified_at, verified_by) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE
            SET value = excluded.value, verified_at = excluded.verified_at, verified_by = excluded.verified_by
            """,
            .int(person.value), .text(name.rawValue), .text(value), .int(now), .text(verification.rawValue))
    }

    /// - Throws: ``StoaError/Code/badRequest`` for a value that cannot be one.
    package static func check(_ value: String, for name: Name) throws(StoaError) {
        guard isValid(value, for: name) else {
            let form =
                switch name {
                case .birthDate: "a date such as 1990-05-01"
                case .email: "an address such as ada@example.com"
                case .phone: "a number such as +4915112345678"
                }
            throw StoaError(.badRequest, "\(name.rawValue) must be \(form).")
        }
    }

    /// False when there was none.
    @discardableResult
    package static func remove(_ name: Name, of person: AccountID, in tx: Transaction) throws -> Bool {
        try tx.execute(
            "DELETE FROM attributes WHERE account_id = ? AND name = ?", .int(person.value), .text(name.rawValue)) > 0
    }

    /// All that is known about a person, by name.
    package static func all(of person: AccountID, in tx: ReadTransaction) throws -> [Known] {
        try tx.query(
            "SELECT name, value, verified_at, verified_by FROM attributes WHERE account_id = ? ORDER BY name",
            .int(person.value)
        ) { row -> Known? in
            guard let name = Name(rawValue: try row.text(0)) else { return nil }
            return Known(
                name: name, value: try row.text(1), verifiedAt: try row.int(2),
                by: Verification(rawValue: try row.text(3)) ?? .operator)
        }.compactMap { $0 }
    }

    package static func value(_ name: Name, of person: AccountID, in tx: ReadTransaction) throws -> String? {
        try tx.first(
            "SELECT value FROM attributes WHERE account_id = ? AND name = ?", .int(person.value), .text(name.rawValue)
        ) { try $0.text(0) }
    }

    /// Whether somebody is at least so many years old, by the calendar in UTC. Who was born on 29 February has their birthday on
    /// 1 March in other years.
    /// - Parameter now: milliseconds since 1970 UTC.
    /// - Returns: nil when the date cannot be one.
    package static func isAtLeast(_ years: Int, bornOn date: String, now: Int64) -> Bool? {
        guard let birth = CalendarDate(date), let then = birth.years(years) else { return nil }
        return CalendarDate(milliseconds: now) >= then
    }

    private static func isValid(_ value: String, for name: Name) -> Bool {
        switch name {
        case .birthDate: CalendarDate(value) != nil
        case .email:
            value.utf8.count <= 254 && value.split(separator: "@", omittingEmptySubsequences: false).count == 2
                && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } && value.first != "@" && value.last != "@"
        case .phone:
            value.first == "+" && (8...16).contains(value.utf8.count)
                && value.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
        }
    }
}

/// A day of the Gregorian calendar.
struct CalendarDate: Comparable {
    let year: Int
    let month: Int
    let day: Int

    /// `1990-05-01`, a day that there was.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1850...9999).contains(year),
            (1...12).contains(month), (1...Self.days(month, year)).contains(day)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    private init(year: Int, month: Int, day: Int) { (self.year, self.month, self.day) = (year, month, day) }

    /// The day in UTC. After "chrono-compatible low-level date algorithms", H. Hinnant, `civil_from_days`.
    init(milliseconds: Int64) {
        let days = (milliseconds / 86_400_000) - (milliseconds % 86_400_000 < 0 ? 1 : 0) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        month = Int(shifted < 10 ? shifted + 3 : shifted - 9)
        day = Int(dayOfYear - (153 * shifted + 2) / 5 + 1)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// So many years later; 1 March for a 29 February that there is not. Nil beyond the year 9999.
    func years(_ count: Int) -> CalendarDate? {
        guard count >= 0, count <= 9999 - year else { return nil }
        let later = year + count
        if day > Self.days(month, later) { return CalendarDate(year: later, month: 3, day: 1) }
        return CalendarDate(year: later, month: month, day: day)
    }

    private static func days(_ month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    static func < (a: Self, b: Self) -> Bool { (a.year, a.month, a.day) < (b.year, b.month, b.day) }
}
