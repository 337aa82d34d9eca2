/// Where a web mini-app may reach besides itself: a scheme, a host and a port of the open web, such as `https://api.example.com`.
///
/// No address and no name of a private network: a page runs in the person's browser, behind the person's firewall.
package struct WebOrigin: Sendable, Hashable, CustomStringConvertible {
    /// `https`, or `wss` for WebSockets alone.
    package let scheme: String
    /// Lower case ASCII, with a dot in it.
    package let host: String
    package let port: Int

    /// Nil for anything else, also for what has a path.
    package init?(_ text: String) {
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[mark...].hasPrefix("://") else { return nil }
        let scheme = text[..<mark].lowercased()
        guard scheme == "https" || scheme == "wss" else { return nil }
        let parts = text[mark...].dropFirst(3).split(separator: ":", omittingEmptySubsequences: false)
        guard let name = parts.first, parts.count <= 2, Self.isPublicName(name) else { return nil }
        guard let port = parts.count == 2 ? Self.port(parts[1]) : 443 else { return nil }
        self.scheme = scheme
        host = name.lowercased()
        self.port = port
    }

    /// As browsers write it, and as a content security policy names it.
    package var description: String { "\(scheme)://\(host)" + (port == 443 ? "" : ":\(port)") }

    private static func port(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(text),
            (1...65_535).contains(port)
        else { return nil }
        return port
    }

    /// Labels of letters, digits and hyphens, the last of which is no number and names no private network.
    private static func isPublicName(_ name: Substring) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, labels.count >= 2, let last = labels.last else { return false }
        let reserved: Set<String> = ["local", "localhost", "internal", "lan", "home", "intranet", "test", "onion"]
        guard let first = last.utf8.first, !(0x30...0x39).contains(first), !reserved.contains(last.lowercased()) else {
            return false
        }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.first != UInt8(ascii: "-") && label.utf8.last != UInt8(ascii: "-")
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D: true
                    default: false
                    }
                }
        }
    }
}

/// The address of a site that is a web mini-app: an origin, a path and a query.
package struct WebAddress: Sendable, Hashable, CustomStringConvertible {
    package let origin: WebOrigin
    /// Begins with a slash; printable ASCII without what could end a header or an attribute.
    package let pathAndQuery: String

    package init?(_ text: String) {
        guard text.utf8.count <= 500, text.utf8.prefix(8).elementsEqual("https://".utf8) else { return nil }
        let rest = text.dropFirst(8)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard let origin = WebOrigin("https://" + rest[..<end]) else { return nil }
        let tail = rest[end...]
        let forbidden = Set("\"'<>\\^`{|}#".utf8)
        guard tail.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !forbidden.contains($0) }) else { return nil }
        self.origin = origin
        pathAndQuery = tail.hasPrefix("/") ? String(tail) : "/" + tail
    }

    package var description: String { origin.description + pathAndQuery }
}
