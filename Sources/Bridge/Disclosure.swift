import Apps
import Database
import Identity
import Messaging
import Model
import Permissions
package import Sandbox

/// What exactly a capability lets out about a person: the question, and the one answer that the app gets. The consent sheet
/// shows it before the person agrees.
package enum Disclosure {
    package struct Answer: Sendable {
        package let value: BridgeValue
        /// For the person: `at least 18 years old: yes`.
        package let text: String
        /// For the audit, in English.
        package let record: String

        init(_ value: BridgeValue, _ text: String, record: String) {
            self.value = value
            self.text = text
            self.record = record
        }
    }

    /// Where answers come from.
    struct Source: Sendable {
        let messaging: Messaging
        /// Nil where there are no pictures.
        let blobs: BlobStore?
    }

    /// A question as an app puts it.
    struct Question: Sendable, Equatable {
        /// As grants keep it, see ``Permissions/Request/detail``.
        var detail = ""
        /// How many uses a day it asks for.
        var perDay: Int?
    }

    static let mostHistory: Int64 = 100
    static let mostFiles: Int64 = 10
    static let mostPeople: Int64 = 20
    static let mostPerDay: Int64 = 24
    static let mostPictureBytes: Int64 = 256 << 10
    /// Instead of a number of messages.
    static let fromNowOn = "from now on"

    /// - Throws: ``StoaError/Code/badRequest`` for a question that there is not.
    static func question(_ capability: Capability.Name, _ arguments: Arguments) throws -> Question {
        switch capability {
        case .identityAge: return Question(detail: try count(arguments, "at_least", upTo: 120))
        case .identityContact:
            let kind = try arguments.string(0, "kind")
            guard kind == "email" || kind == "phone" else {
                throw StoaError(.badRequest, "\(arguments.call): the kind is \"email\" or \"phone\".")
            }
            return Question(detail: kind)
        case .chatHistory where arguments[0].stringValue == fromNowOn: return Question(detail: fromNowOn)
        case .chatHistory: return Question(detail: "last " + (try count(arguments, "last", upTo: mostHistory)))
        case .filesRead: return Question(detail: try count(arguments, "most", upTo: mostFiles))
        case .contactsPick: return Question(detail: try count(arguments, "most", upTo: mostPeople))
        case .messagesBroadcast:
            return Question(perDay: Int(try count(arguments, "per_day", upTo: mostPerDay)))
        default: return Question()
        }
    }

    private static func count(_ arguments: Arguments, _ name: String, upTo most: Int64) throws -> String {
        let number = try arguments.int(0, name)
        guard (1...most).contains(number) else {
            throw StoaError(.badRequest, "\(arguments.call): \(name) must be 1 to \(most).")
        }
        return String(number)
    }
}

// MARK: What the host knows

extension Disclosure {
    /// What the app would get now; nil when nothing is known that could answer, or the person has to pick it first.
    static func answer(
        _ consent: Consent, in language: Language, from source: Source, now: Int64, _ tx: ReadTransaction
    ) throws -> Answer? {
        let words = DisclosureWords(language)
        switch consent.capability {
        case .identityAge:
            guard let years = Int(consent.detail), let date = try Attributes.value(.birthDate, of: consent.person, in: tx),
                let isOldEnough = Attributes.isAtLeast(years, bornOn: date, now: now)
            else { return nil }
            return Answer(
                .bool(isOldEnough), words.age(years, isOldEnough), record: DisclosureWords.record.age(years, isOldEnough))
        case .identityContact:
            guard let name = Attributes.Name(rawValue: consent.detail),
                let value = try Attributes.value(name, of: consent.person, in: tx)
            else { return nil }
            return Answer(.string(value), words.contact(name, value), record: DisclosureWords.record.contact(name, value))
        case .identityProfile: return try profile(consent.person, words, source, tx)
        case .messagesBroadcast:
            let perDay = consent.perDay ?? 1
            return Answer(.bool(true), words.broadcast(perDay), record: DisclosureWords.record.broadcast(perDay))
        case .chatHistory: return try history(consent, words, source.messaging, tx)
        default: return nil
        }
    }

    private static func profile(
        _ person: AccountID, _ words: DisclosureWords, _ source: Source, _ tx: ReadTransaction
    ) throws -> Answer? {
        guard let account = try source.messaging.account(person, in: tx) else { return nil }
        let profile = try Profiles.of(person, in: tx)
        var value = BridgeMap([
            ("id", .int(person.value)), ("name", .string(account.name)), ("display", .string(account.display)),
        ])
        if let language = profile.language { value["language"] = .string(language.rawValue) }
        let picture = try profile.picture.flatMap { try self.picture($0, of: person, source, tx) }
        if let picture { value["picture"] = picture }
        func text(_ words: DisclosureWords) -> String {
            words.profile(account, language: profile.language, hasPicture: picture != nil)
        }
        return Answer(.map(value), text(words), record: text(.record))
    }

    /// Nil for one that is too large to be given.
    private static func picture(
        _ id: FileID, of person: AccountID, _ source: Source, _ tx: ReadTransaction
    ) throws -> BridgeValue? {
        let file = try source.messaging.readableFile(id, by: person, in: tx)
        guard file.size <= mostPictureBytes, let blobs = source.blobs else { return nil }
        return ["type": .string(file.mime), "content": .bytes(try blobs.read(file.digest))]
    }

    /// In a group, what others wrote is not one member's to give: its owner or an admin decides.
    private static func history(
        _ consent: Consent, _ words: DisclosureWords, _ messaging: Messaging, _ tx: ReadTransaction
    ) throws -> Answer? {
        guard let chat = consent.chat, try messaging.isMember(consent.person, of: chat, in: tx) else { return nil }
        let membership = try messaging.membership(of: consent.person, in: chat, tx: tx)
        guard membership.chat.kind == .direct || membership.role >= .admin else { return nil }
        if consent.detail == fromNowOn {
            return Answer(.bool(true), words.fromNowOn, record: DisclosureWords.record.fromNowOn)
        }
        guard let last = Int(consent.detail.dropFirst("last ".count)) else { return nil }
        let messages = try messaging.history(of: chat, for: consent.person, before: nil, limit: last, in: tx)
        let values = messages.reversed().map { message -> BridgeValue in
            [
                "id": .int(message.id.value), "date": .int(message.date), "text": .string(message.content.text),
                "user": person(message.from),
            ]
        }
        return Answer(.array(values), words.history(last), record: DisclosureWords.record.history(last))
    }

    static func person(_ account: Account) -> BridgeValue {
        [
            "id": .int(account.id.value), "name": .string(account.name), "display": .string(account.display),
            "bot": .bool(account.kind == .bot),
        ]
    }
}
