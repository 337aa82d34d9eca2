package import Database
import Identity
package import Model
package import Permissions
package import Sandbox

/// What exactly a capability lets out about a person: the question, and the one answer that the app gets. The consent sheet
/// shows it before the person agrees.
package enum Disclosure {
    package struct Answer: Sendable {
        package let value: BridgeValue
        /// For the person and for the audit: `over 18: yes`.
        package let text: String
    }

    /// The question as grants keep it.
    /// - Throws: ``StoaError/Code/badRequest`` for a question that there is not.
    static func detail(_ capability: Capability.Name, _ arguments: Arguments) throws -> String {
        switch capability {
        case .identityAge:
            let years = try arguments.int(0, "at_least")
            guard (1...120).contains(years) else {
                throw StoaError(.badRequest, "\(arguments.call): at_least must be 1 to 120 years.")
            }
            return String(years)
        case .identityContact:
            let kind = try arguments.string(0, "kind")
            guard kind == "email" || kind == "phone" else {
                throw StoaError(.badRequest, "\(arguments.call): the kind is \"email\" or \"phone\".")
            }
            return kind
        default: return ""
        }
    }

    /// What the app would get now; nil when nothing is known that could answer.
    package static func answer(
        _ capability: Capability.Name, _ detail: String, of person: AccountID, now: Int64, in tx: ReadTransaction
    ) throws -> Answer? {
        switch capability {
        case .identityAge:
            guard let years = Int(detail), let date = try Attributes.value(.birthDate, of: person, in: tx),
                let isOldEnough = Attributes.isAtLeast(years, bornOn: date, now: now)
            else { return nil }
            return Answer(value: .bool(isOldEnough), text: "at least \(years) years old: \(isOldEnough ? "yes" : "no")")
        case .identityContact:
            guard let name = Attributes.Name(rawValue: detail), let value = try Attributes.value(name, of: person, in: tx)
            else { return nil }
            return Answer(value: .string(value), text: "\(detail): \(value)")
        default: return nil
        }
    }
}
