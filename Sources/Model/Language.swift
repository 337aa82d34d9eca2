/// A language that Stoa speaks to people.
package enum Language: String, Sendable, CaseIterable, Codable {
    case english = "en"
    case russian = "ru"

    /// The first one wanted that there is, by the order of an `Accept-Language` header (RFC 9110, section 12.5.4); English
    /// when there is none.
    package init(accepting header: String?) {
        let wanted = (header ?? "").split(separator: ",").prefix(16).enumerated().compactMap {
            place, part -> (Double, Int, Language)? in
            let pieces = part.split(separator: ";").map { $0.drop(while: \.isWhitespace) }
            guard let tag = pieces.first?.split(separator: "-").first?.lowercased(),
                let language = Language(rawValue: tag.filter { !$0.isWhitespace })
            else { return nil }
            let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            return weight > 0 ? (weight, place, language) : nil
        }
        self = wanted.min { ($0.0, -$0.1) > ($1.0, -$1.1) }?.2 ?? .english
    }
}
