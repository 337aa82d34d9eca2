import CCurl

/// A URL as libcurl reads it: what is judged is what is asked, since both go by this one parser.
struct ClientURL {
    let text: String
    let target: RequestTarget

    /// - Throws: ``ClientFailure/Kind/badURL``.
    init(_ text: String) throws(ClientFailure) {
        try self.init(text, from: nil)
    }

    /// What a `Location` header means, seen from this URL.
    func following(_ location: String) throws(ClientFailure) -> ClientURL { try ClientURL(location, from: self) }

    private init(_ given: String, from base: ClientURL?) throws(ClientFailure) {
        func bad(_ why: String) -> ClientFailure {
            ClientFailure(.badURL, "\"\(given.prefix(200))\" is no URL that can be asked: \(why).")
        }
        // Bytes that parsers disagree about: the backslash, blanks, what is not ASCII.
        guard (1...8192).contains(given.utf8.count), given.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else {
            throw bad("write it in ASCII, percent-encoded, without blanks and backslashes")
        }
        guard let url = curl_url() else { throw bad("there is no memory") }
        defer { curl_url_cleanup(url) }
        if let base { curl_url_set(url, CURLUPART_URL, base.text, 0) }
        guard curl_url_set(url, CURLUPART_URL, given, 0) == CURLUE_OK else { throw bad("it cannot be read") }
        guard let scheme = Self.part(url, CURLUPART_SCHEME), scheme == "https" || scheme == "http" else {
            throw bad("it must begin with https:// or http://")
        }
        guard Self.part(url, CURLUPART_USER) == nil, Self.part(url, CURLUPART_PASSWORD) == nil else {
            throw bad("it holds a user's name; use a header for that")
        }
        guard var host = Self.part(url, CURLUPART_HOST)?.lowercased(), !host.isEmpty,
            let port = Self.part(url, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap({ Int($0) }), (1...65535).contains(port)
        else { throw bad("it names no server") }
        if host.hasSuffix(".") { host.removeLast() }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, !host.contains("%") else { throw bad("it names no server") }
        // What stands after # is not for servers.
        curl_url_set(url, CURLUPART_FRAGMENT, nil, 0)
        guard let whole = Self.part(url, CURLUPART_URL) else { throw bad("it cannot be read") }
        text = whole
        target = RequestTarget(scheme: scheme, host: host, port: port)
    }

    private static func part(_ url: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
