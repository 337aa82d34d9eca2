internal import Glibc

/// A server that an app may ask, or all servers under a domain: `api.example.com`, `*.example.org:8443`,
/// `http://plain.example.com`, `[2001:db8::1]`.
package struct HostPattern: Sendable, Hashable, CustomStringConvertible {
    /// `https`, or `http` where it is written.
    package let scheme: String
    /// Lower case ASCII, without the leading `*.` of a wildcard; an IPv6 address without its brackets.
    package let host: String
    /// True for `*.host`: one or more labels before the host, and not the host itself.
    package let isWildcard: Bool
    /// 1 to 65535.
    package let port: Int

    /// Why a text is no pattern.
    package struct ParseError: Error, Sendable, Equatable, CustomStringConvertible {
        /// What is wrong: a part of a sentence, such as "has a path".
        package let message: String
        /// What to write instead.
        package let hint: String

        package var description: String { "\(message); \(hint)" }
    }

    /// - Throws: ``ParseError`` for what is no host: a path, credentials, `*` alone or for a whole top-level domain, an
    ///   address in a form that is not the canonical one.
    package init(_ text: String) throws(ParseError) {
        var rest = text[...]
        var scheme = "https"
        if let mark = Self.firstRange(of: "://", in: text) {
            scheme = text[..<mark.lowerBound].lowercased()
            rest = text[mark.upperBound...]
            guard scheme == "https" || scheme == "http" else {
                throw ParseError(message: "has the scheme \(scheme)", hint: "only https:// and http:// can be asked")
            }
        }
        try Self.checkCharacters(rest)
        let (host, port) = try Self.splitPort(rest)
        self.scheme = scheme
        self.port = try port.map(Self.number) ?? Self.defaultPort(scheme)
        if host.hasPrefix("[") {
            self.host = try Self.address6(host)
            isWildcard = false
        } else {
            isWildcard = host.hasPrefix("*.")
            self.host = try Self.name((isWildcard ? host.dropFirst(2) : host).lowercased(), isWildcard: isWildcard)
        }
    }

    /// Whether a request goes where the pattern says.
    /// - Parameters:
    ///   - scheme: `https` or `http`.
    ///   - host: as in a URL, punycode for other letters; brackets around an IPv6 address may be missing.
    ///   - port: the real one, also where the URL leaves it out.
    package func allows(scheme: String, host: String, port: Int) -> Bool {
        guard scheme.lowercased() == self.scheme, port == self.port else { return false }
        var asked = host.lowercased()
        if asked.hasPrefix("["), asked.hasSuffix("]") { asked = String(asked.dropFirst().dropLast()) }
        if asked.contains(":") { return !isWildcard && Self.canonical6(asked) == self.host }
        guard isWildcard else { return asked == self.host }
        guard asked.hasSuffix("." + self.host) else { return false }
        return asked.dropLast(self.host.utf8.count + 1).split(separator: ".", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty }
    }

    /// The pattern as short as it can be written.
    package var description: String {
        let shown = (isWildcard ? "*." : "") + (host.contains(":") ? "[\(host)]" : host)
        let prefix = scheme == "https" ? "" : scheme + "://"
        return prefix + shown + (port == Self.defaultPort(scheme) ? "" : ":\(port)")
    }

    /// 443 for https, 80 for http.
    package static func defaultPort(_ scheme: String) -> Int { scheme == "http" ? 80 : 443 }
}

extension HostPattern {
    private static let example = "write a host, such as \"api.example.com\" or \"*.example.org\""

    private static func firstRange(of mark: String, in text: String) -> Range<String.Index>? {
        text.firstRange(of: mark)
    }

    private static func checkCharacters(_ text: Substring) throws(ParseError) {
        if text.isEmpty { throw ParseError(message: "names no host", hint: example) }
        for character in text.unicodeScalars {
            switch character {
            case "/":
                throw ParseError(message: "has a path", hint: "leave out what stands from the / on: a host is allowed as a whole")
            case "?", "#":
                throw ParseError(message: "has a query or a fragment", hint: "leave it out: a host is allowed as a whole")
            case "@":
                throw ParseError(
                    message: "has a user's name or password", hint: "leave it out and send it as a header of the request")
            case _ where !character.isASCII:
                throw ParseError(
                    message: "has letters beyond a-z", hint: "write the host in punycode, as in \"xn--bcher-kva.example\"")
            default: break
            }
        }
    }

    private static func splitPort(_ text: Substring) throws(ParseError) -> (host: Substring, port: Substring?) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else {
                throw ParseError(message: "has a [ without its ]", hint: "write an IPv6 address as in \"[2001:db8::1]\"")
            }
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else {
                throw ParseError(message: "has more behind the ]", hint: "only :PORT may follow an address")
            }
            return (text[...end], after.isEmpty ? nil : after.dropFirst())
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return (text, nil)
        case 2: return (parts[0], parts[1])
        default:
            throw ParseError(
                message: "has more than one colon", hint: "write an IPv6 address in brackets, as in \"[2001:db8::1]\"")
        }
    }

    private static func number(_ text: Substring) throws(ParseError) -> Int {
        let digits = text.utf8.allSatisfy { (0x30...0x39).contains($0) } && !text.hasPrefix("0") && text.utf8.count <= 5
        guard digits, let port = Int(text), (1...65535).contains(port) else {
            throw ParseError(message: "has the port \"\(text.prefix(16))\"", hint: "a port is a number from 1 to 65535")
        }
        return port
    }

    private static func name(_ host: String, isWildcard: Bool) throws(ParseError) -> String {
        if host == "*" || host.isEmpty {
            throw ParseError(message: isWildcard || host == "*" ? "stands for every host" : "names no host", hint: example)
        }
        if host.contains("*") {
            throw ParseError(message: "has a * inside the host", hint: "only a leading \"*.\" stands for other names")
        }
        if host.hasSuffix(".") { throw ParseError(message: "ends with a dot", hint: "leave the dot out") }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        for label in labels {
            let good = label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            guard good, (1...63).contains(label.utf8.count), !label.hasPrefix("-"), !label.hasSuffix("-") else {
                throw ParseError(
                    message: "has the part \"\(label.prefix(64))\", which no host's name has",
                    hint: "parts have 1 to 63 letters, digits, hyphens or underscores, with no hyphen at either end")
            }
        }
        if host.utf8.count > 253 { throw ParseError(message: "is longer than 253 bytes", hint: example) }
        if let last = labels.last, looksLikeNumber(last) {
            guard !isWildcard, isCanonical4(labels) else {
                throw ParseError(
                    message: "ends with a number but is no IPv4 address in its usual form",
                    hint: "write four numbers from 0 to 255, as in \"192.0.2.7\"")
            }
        } else if isWildcard, labels.count < 2 {
            throw ParseError(
                message: "stands for every host under .\(host)", hint: "name a domain as well, as in \"*.example.\(host)\"")
        }
        return host
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    /// Resolvers read names that end so (`0x7f.1`, `2130706433`) as addresses.
    private static func looksLikeNumber(_ label: Substring) -> Bool {
        label.utf8.allSatisfy { (0x30...0x39).contains($0) }
            || (label.hasPrefix("0x") && label.dropFirst(2).allSatisfy(\.isHexDigit))
    }

    private static func isCanonical4(_ labels: [Substring]) -> Bool {
        labels.count == 4
            && labels.allSatisfy { label in
                label.utf8.allSatisfy { (0x30...0x39).contains($0) } && (label == "0" || !label.hasPrefix("0"))
                    && (UInt8(label) != nil)
            }
    }

    private static func address6(_ bracketed: Substring) throws(ParseError) -> String {
        let text = String(bracketed.dropFirst().dropLast())
        guard let canonical = canonical6(text) else {
            throw ParseError(message: "has no IPv6 address in its brackets", hint: "write it as in \"[2001:db8::1]\"")
        }
        guard canonical == text else {
            throw ParseError(message: "has an IPv6 address in an unusual form", hint: "write [\(canonical)]")
        }
        return canonical
    }

    /// As RFC 5952 writes it; nil for what is no IPv6 address.
    private static func canonical6(_ text: String) -> String? {
        var address = in6_addr()
        guard !text.contains("\0"), inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &address, &buffer, socklen_t(INET6_ADDRSTRLEN)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
