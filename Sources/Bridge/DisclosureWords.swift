import Identity
import Model

/// The answers of ``Disclosure`` in the words of people.
struct DisclosureWords {
    /// What the audit is written in.
    static let record = DisclosureWords(.english)

    private let language: Language

    init(_ language: Language) { self.language = language }

    func age(_ years: Int, _ isOldEnough: Bool) -> String {
        switch language {
        case .english: "at least \(years) years old: \(isOldEnough ? "yes" : "no")"
        case .russian: "исполнилось \(years): \(isOldEnough ? "да" : "нет")"
        }
    }

    func contact(_ name: Attributes.Name, _ value: String) -> String {
        switch (language, name) {
        case (.english, _): "\(name.rawValue): \(value)"
        case (.russian, .email): "почта: \(value)"
        case (.russian, .phone): "телефон: \(value)"
        case (.russian, .birthDate): "дата рождения: \(value)"
        }
    }

    func profile(_ account: Account, language spoken: Language?, hasPicture: Bool) -> String {
        switch language {
        case .english:
            let parts = ["\(account.display) (@\(account.name))", spoken.map(Self.name), hasPicture ? "your picture" : nil]
            return parts.compactMap { $0 }.joined(separator: ", ")
        case .russian:
            let parts = [
                "\(account.display) (@\(account.name))", spoken.map(Self.russianName), hasPicture ? "ваша фотография" : nil,
            ]
            return parts.compactMap { $0 }.joined(separator: ", ")
        }
    }

    func broadcast(_ perDay: Int) -> String {
        switch language {
        case .english: perDay == 1 ? "one message a day" : "up to \(perDay) messages a day"
        case .russian: "не более \(perDay) сообщ. в день"
        }
    }

    func history(_ last: Int) -> String {
        switch language {
        case .english: last == 1 ? "the last message of this chat" : "the last \(last) messages of this chat"
        case .russian: "последние сообщения этого чата, не более \(last)"
        }
    }

    var fromNowOn: String {
        switch language {
        case .english: "all messages of this chat from now on"
        case .russian: "все сообщения этого чата начиная с этого момента"
        }
    }

    private static func name(_ language: Language) -> String {
        switch language {
        case .english: "English"
        case .russian: "Russian"
        }
    }

    private static func russianName(_ language: Language) -> String {
        switch language {
        case .english: "английский"
        case .russian: "русский"
        }
    }
}
