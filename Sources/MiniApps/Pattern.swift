import CPCRE2

/// Expressions that apps declare for their fields, as HTML's `pattern`: the whole value must match.
enum Pattern {
    /// Bytes of an expression.
    static let longest = 256

    /// - Parameter steps: how often the match may go back (PCRE2's match limit).
    /// - Returns: true for an expression that cannot be read, or takes too long: then the handler decides, as in browsers.
    static func matches(_ text: String, _ pattern: String, steps: UInt32 = 20_000) -> Bool {
        guard pattern.utf8.count <= longest else { return true }
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        return stoa_pcre2_matches(pattern, pattern.count, text, text.count, steps) != 0
    }
}

/// What all patterns of one action may take together: expressions are somebody else's, and must not keep the host busy. A step
/// may look at the whole text, so it counts as much as the text is long.
final class PatternBudget {
    private static let mostOfOne = 10_000_000
    private var left = 40_000_000

    func matches(_ text: String, _ pattern: String) -> Bool {
        let length = max(16, text.utf8.count)
        let steps = min(left, Self.mostOfOne) / length
        left -= steps * length
        guard steps > 0 else { return true }
        return Pattern.matches(text, pattern, steps: UInt32(min(steps, 20_000)))
    }
}
