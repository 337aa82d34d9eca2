import Runtime
import Sandbox

/// A conversation as one HTML page that needs nothing else. All text is escaped: apps and people wrote it.
enum TraceHTML {
    static func page(app: String, _ turns: [TurnRecord]) -> String {
        var body = ""
        var before: Int64?
        for turn in turns {
            if let before, turn.now - before > 1000 {
                body += "<p class=\"pause\">\(escaped(duration(turn.now - before))) later</p>\n"
            }
            before = turn.now
            body += section(turn)
        }
        return """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>\(escaped(app)): a conversation</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
            body { color: #222; background: #fff }
            section { border-left: 3px solid #4a7; margin: 0 0 1rem; padding: .2rem 0 .2rem 1rem }
            section.failed { border-color: #c43 }
            h2 { font-size: 1rem; margin: 0 } small, .pause { color: #777 }
            ul { list-style: none; margin: .3rem 0; padding: 0; font: 13px/1.6 ui-monospace, monospace; overflow-wrap: anywhere }
            .out { color: #164 } .error { color: #a21; white-space: pre-wrap }
            @media (prefers-color-scheme: dark) {
              body { color: #ddd; background: #181818 } .out { color: #8d8 } .error { color: #f98 }
            }
            </style>
            <h1>\(escaped(app))</h1>
            \(body)</html>

            """
    }

    private static func section(_ turn: TurnRecord) -> String {
        let lines = TurnText.lines(turn).dropFirst()
        let items = lines.map { line -> String in
            let text = line.drop { $0 == " " }
            let kind = text.hasPrefix("→") ? " class=\"out\"" : text.hasPrefix("!") ? " class=\"error\"" : ""
            return "<li\(kind)>\(escaped(text))</li>"
        }
        let failed = turn.outcome == .waiting || turn.outcome == .finished ? "" : " class=\"failed\""
        return """
            <section\(failed)><h2>\(escaped(TurnText.title(turn)))</h2>
            <small>\(UTCTime.text(turn.now)) · turn \(turn.id) · \(escaped(TurnText.cost(turn)))</small>
            <ul>\(items.joined(separator: "\n"))</ul></section>

            """
    }

    private static func duration(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        let units: [(Int64, String)] = [(86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
        let (size, name) = units.first { seconds >= $0.0 } ?? (1, "second")
        return "\(seconds / size) \(name)\(seconds / size == 1 ? "" : "s")"
    }

    private static func escaped(_ text: some StringProtocol) -> String {
        text.reduce(into: "") { out, character in
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.append(character)
            }
        }
    }
}
