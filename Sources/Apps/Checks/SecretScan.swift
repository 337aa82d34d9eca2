/// Finds what looks like a key or a password in an app's files, where everybody who gets the package could read it.
package enum SecretScan {
    /// What a service's tokens look like: how they begin, and how many characters of their alphabet follow at least.
    private struct Shape {
        let prefix: [UInt8]
        let least: Int
        let what: String

        init(_ prefix: String, _ least: Int, _ what: String) {
            self.prefix = Array(prefix.utf8)
            self.least = least
            self.what = what
        }
    }

    private static let shapes: [Shape] = [
        Shape("sk_live_", 16, "a secret key of Stripe"), Shape("rk_live_", 16, "a restricted key of Stripe"),
        Shape("sk_test_", 16, "a test key of Stripe"), Shape("whsec_", 24, "a webhook secret of Stripe"),
        Shape("ghp_", 36, "a token of GitHub"), Shape("gho_", 36, "a token of GitHub"),
        Shape("github_pat_", 22, "a token of GitHub"), Shape("glpat-", 20, "a token of GitLab"),
        Shape("xoxb-", 20, "a token of Slack"), Shape("xoxp-", 20, "a token of Slack"), Shape("AKIA", 16, "a key of AWS"),
        Shape("AIza", 35, "a key of Google"), Shape("sk-ant-", 24, "a key of Anthropic"),
        Shape("sk-proj-", 24, "a key of OpenAI"),
        Shape("SG.", 40, "a key of SendGrid"), Shape("eyJhbGciOi", 40, "a signed token (JWT)"),
        Shape("npm_", 36, "a token of npm"), Shape("pypi-", 60, "a token of PyPI"),
    ]

    private static let byFirst: [[Shape]] = (0...255).map { first in shapes.filter { $0.prefix.first == UInt8(first) } }
    private static let hint = "keep it with \"stoa secret set\", and replace it where it is from: others may have it by now"

    /// At most one finding for each line.
    /// - Parameter severity: what a finding is; publishing refuses what a check on the developer's machine warns of.
    package static func check(_ package: AppPackage, severity: Diagnostic.Severity) -> [Diagnostic] {
        package.files.flatMap { file in
            var found: [Diagnostic] = []
            var lastLine = 0
            for (place, what) in secrets(in: file.content) {
                let line = 1 + file.content[..<place].count { $0 == 0x0A }
                guard line > lastLine else { continue }
                lastLine = line
                found.append(
                    Diagnostic(
                        severity, file: file.path, at: SourcePosition(line: line, column: 1), "looks like \(what)", hint: hint))
                // A file of keys is told of, not listed.
                if found.count == 5 { break }
            }
            return found
        }
    }

    private static func secrets(in bytes: [UInt8]) -> [(place: Int, what: String)] {
        var found: [(Int, String)] = []
        let armour = Array("-----BEGIN ".utf8)
        for place in bytes.indices {
            let byte = bytes[place]
            if byte == UInt8(ascii: "-"), bytes[place...].starts(with: armour) {
                let line = String(decoding: bytes[place...].prefix(64).prefix { $0 != 0x0A }, as: UTF8.self)
                if line.contains("PRIVATE KEY-----") { found.append((place, "a private key")) }
            } else if byte == UInt8(ascii: ":") {
                if isBotToken(bytes, around: place) { found.append((place, "a bot's token")) }
            } else {
                for shape in byFirst[Int(byte)] where matches(shape, bytes, at: place) { found.append((place, shape.what)) }
            }
        }
        return found
    }

    private static func matches(_ shape: Shape, _ bytes: [UInt8], at place: Int) -> Bool {
        guard bytes[place...].starts(with: shape.prefix), place == 0 || !isToken(bytes[place - 1]) else { return false }
        return bytes[(place + shape.prefix.count)...].prefix(shape.least).count { isToken($0) } == shape.least
    }

    /// `<id>:<secret>`, of 8 digits or more and 35 characters or more, as Telegram's and Stoa's are.
    private static func isBotToken(_ bytes: [UInt8], around colon: Int) -> Bool {
        guard colon >= 8, bytes[colon - 8..<colon].allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        let secret = bytes[(colon + 1)...].prefix(35)
        return secret.count == 35 && secret.allSatisfy { isToken($0) && $0 != UInt8(ascii: ".") }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
