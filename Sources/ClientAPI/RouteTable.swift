import HTTPServer
import Model

/// What the client API answers to, as a table: method, path, who may call, how much body, and the function that does it.
struct Route: Sendable {
    enum Action: Sendable {
        /// For anybody.
        case open(@Sendable (ClientAPI, APIRequest) async throws -> HTTPResponse)
        /// For who shows a session's token.
        case user(@Sendable (ClientAPI, UserRequest) async throws -> HTTPResponse)
        /// Takes its body as it comes, or becomes a WebSocket.
        case raw(@Sendable (ClientAPI, HTTPRequest) -> HTTPRoute)
    }

    let method: HTTPMethod
    /// A segment that begins with `:` matches any and becomes a parameter.
    let path: [String]
    let bodyLimit: Int
    let action: Action

    init(_ method: HTTPMethod, _ path: String, bodyLimit: Int = 16 * 1024, _ action: Action) {
        self.method = method
        self.path = path.split(separator: "/").map(String.init)
        self.bodyLimit = bodyLimit
        self.action = action
    }

    /// The path's parameters, or nil when it is another path.
    fileprivate func match(_ segments: [String]) -> [String]? {
        guard segments.count == path.count else { return nil }
        var parameters: [String] = []
        for (pattern, segment) in zip(path, segments) {
            if pattern.utf8.first == UInt8(ascii: ":") {
                parameters.append(segment)
            } else if pattern != segment {
                return nil
            }
        }
        return parameters
    }
}

struct RouteTable: Sendable {
    enum Match {
        case found(Route, parameters: [String])
        /// The path exists, with these methods only.
        case otherMethods([HTTPMethod])
        case none
    }

    let routes: [Route]
    /// Routes by their number of segments, so that a request is compared with few.
    private let byLength: [Int: [Route]]

    init(_ routes: [Route]) {
        self.routes = routes
        byLength = Dictionary(grouping: routes, by: \.path.count)
    }

    /// The first route of the table that fits. HEAD asks what GET asks; the server leaves the body out.
    func match(_ method: HTTPMethod, _ segments: [String]) -> Match {
        let method = method == .head ? .get : method
        var others: [HTTPMethod] = []
        for route in byLength[segments.count] ?? [] {
            guard let parameters = route.match(segments) else { continue }
            if route.method == method { return .found(route, parameters: parameters) }
            if !others.contains(route.method) { others.append(route.method) }
        }
        return others.isEmpty ? .none : .otherMethods(others)
    }
}
