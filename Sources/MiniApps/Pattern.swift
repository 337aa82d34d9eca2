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

/// What all patterns of one action may take together: expressions are somebody else's, and must not keep the host busy.
final class PatternBudget {
    private static let mostSteps = 20_000
    /// A step may look at the whole text: of a long one there are fewer.
    private static let mostBytes = 10_000_000
    private static let most: Duration = .milliseconds(20)
    private var spent: Duration = .zero

    /// False also when there is no time left: what was not checked does not pass.
    func matches(_ text: String, _ pattern: String) -> Bool {
        guard spent < Self.most else { return false }
        let clock = ContinuousClock()
        let begin = clock.now
        defer { spent += clock.now - begin }
        let steps = min(Self.mostSteps, Self.mostBytes / max(16, text.utf8.count))
        return Pattern.matches(text, pattern, steps: UInt32(steps))
    }
}
