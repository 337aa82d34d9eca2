import Foundation

/// What one person writes and another one reads, on a screen or in an operator's terminal. It must show what it is: nothing in
/// it may move a terminal's cursor, or turn the direction of what stands around it (Boucher and Anderson, "Trojan Source", 2021).
package enum ShownText {
    /// Ends a sentence about what is allowed.
    package static let rule = "none that controls a screen or the direction of text"
}

extension String {
    /// Whether it can be shown as one line: 1 to `limit` scalars (which bound its bytes, as characters do not), not all
    /// blank, nothing that steers a screen.
    package func isLine(upTo limit: Int) -> Bool {
        (1...limit).contains(unicodeScalars.count) && !allSatisfy(\.isWhitespace)
            && !unicodeScalars.contains { $0.steersScreen || $0.properties.generalCategory.breaksLine }
    }

    /// Whether it can be shown as text of several lines: at most `limit` scalars, nothing that steers a screen but line feeds
    /// and tabs.
    package func isProse(upTo limit: Int, mayBeBlank: Bool = true) -> Bool {
        unicodeScalars.count <= limit && (mayBeBlank || !allSatisfy(\.isWhitespace))
            && !unicodeScalars.contains { $0.steersScreen && $0 != "\n" && $0 != "\t" }
    }

    /// For the eyes of who decides by it: characters that are not seen, or change how others are seen, are written out. Tabs
    /// stay; a line feed is written out too.
    package var visible: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\t", .format, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned:
                text += "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩"
            case _ where scalar.looksLikeAnother: text += "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Its lines, each as ``visible`` shows it.
    package var visibleLines: [String] {
        unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visible }
    }
}

extension Unicode.Scalar {
    /// Unicode takes it for another one (the Kelvin sign for a K), so Swift does too; to Lua they differ.
    fileprivate var looksLikeAnother: Bool {
        value > 0x7F && !String(self).precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual([self])
    }

    /// A control character, or one of Unicode's that set the direction of text.
    fileprivate var steersScreen: Bool {
        switch value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: properties.generalCategory == .control
        }
    }
}

extension Unicode.GeneralCategory {
    fileprivate var breaksLine: Bool { self == .lineSeparator || self == .paragraphSeparator }
}
