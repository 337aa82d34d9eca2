import CPCRE2

/// Expressions that apps declare for their fields, as HTML's `pattern`: the whole value must match.
enum Pattern {
    /// Bytes of an expression.
    static let longest = 256
    /// Steps of one match (PCRE2's match limit): an expression is somebody else's, and must not keep the host busy.
    private static let steps: UInt32 = 20_000

    /// An expression that cannot be read, or takes too long, lets everything pass, as in browsers: the handler decides.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        guard pattern.utf8.count <= longest else { return true }
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        return stoa_pcre2_matches(pattern, pattern.count, text, text.count, steps) != 0
    }
}
