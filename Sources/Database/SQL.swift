/// The text of a statement. Only a literal makes one, so no input can become part of it; values go in as arguments for
/// its `?` placeholders.
package struct SQL: ExpressibleByStringLiteral, Sendable, Hashable {
    let text: StaticString

    package init(stringLiteral text: StaticString) { self.text = text }

    /// The address of the literal: what the statement cache is keyed by.
    var key: UInt { UInt(bitPattern: text.utf8Start) }

    package static func == (a: SQL, b: SQL) -> Bool { a.key == b.key }
    package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// A value that goes into or comes out of the database.
package enum SQLValue: Sendable, Equatable {
    case null
    case int(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    package static func bool(_ value: Bool) -> SQLValue { .int(value ? 1 : 0) }
    package static func optional(_ value: Int64?) -> SQLValue { value.map { .int($0) } ?? .null }
    package static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    package static func optional(_ value: [UInt8]?) -> SQLValue { value.map { .blob($0) } ?? .null }
}

/// A numbered change of the schema. Numbers count from 1 within a component and are applied in order, each once.
package struct Migration: Sendable {
    package let component: String
    package let number: Int
    package let name: String
    package let statements: [SQL]

    package init(component: String, number: Int, name: String, statements: [SQL]) {
        self.component = component
        self.number = number
        self.name = name
        self.statements = statements
    }
}
