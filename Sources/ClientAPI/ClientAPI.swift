package import Bridge
package import Database
package import HTTPServer
package import Identity
package import Messaging
package import MiniApps
package import Model
package import Operations

/// The front door of clients: REST under `/v1`, the event stream, health and metrics, and the web client's files.
///
/// `sdk-docs/openapi.yaml` describes it; the two are compared by a test.
package final class ClientAPI: HTTPHandler {
    let database: Database
    let messaging: Messaging
    let sessions: Sessions
    let throttle: SignInThrottle
    let blobs: BlobStore
    let people: People
    let contacts: Contacts
    let consents: ConsentDesk
    let publishing: Publishing
    let storefront: Storefront
    let console: Console
    let wallets: Wallets
    let views: Views
    let launches: WebLaunches
    let packages = PackageGate()
    let forget: @Sendable (Account, AccountID) async throws -> Void
    let bots: @Sendable () -> [BotListing]
    let openRegistration: Bool
    let authenticator: Authenticator
    let hub: StreamHub
    let passwords = PasswordQueue()
    let typing: TypingGate
    let counters = APICounters()
    let errors: ErrorTranslator
    private let staticFiles: StaticFiles?
    private let moreMetrics: @Sendable (inout MetricsText) -> Void

    static let table = RouteTable(
        sessionRoutes + accountRoutes + meRoutes + chatRoutes + memberRoutes + messageRoutes + fileRoutes + eventRoutes
            + consentRoutes + exportRoutes + catalogueRoutes + publisherRoutes + consoleRoutes + consoleUserRoutes + moneyRoutes
            + webAppRoutes + healthRoutes)

    private static let moneyRoutes =
        walletRoutes + topUpRoutes + paymentRoutes + billRoutes + paymentLinkRoutes + disputeRoutes + subscriptionRoutes
        + businessRoutes

    /// - Parameters:
    ///   - files: the web client; nil serves the API only.
    ///   - forget: deletes what an app keeps about a person.
    ///   - bots: the bots that are deployed now, for people to find them.
    ///   - metrics: adds what other parts count to `/metrics`.
    ///   - openRegistration: whether anybody may make an account.
    ///   - log: takes one line about an error that clients are not told about.
    package init(
        database: Database, messaging: Messaging, sessions: Sessions, throttle: SignInThrottle, blobs: BlobStore,
        people: People, contacts: Contacts,
        consents: ConsentDesk, forget: @escaping @Sendable (Account, AccountID) async throws -> Void, static files: StaticFiles?,
        publishing: Publishing, storefront: Storefront, console: Console, wallets: Wallets, views: Views,
        launches: WebLaunches,
        bots: @escaping @Sendable () -> [BotListing],
        metrics: @escaping @Sendable (inout MetricsText) -> Void, openRegistration: Bool,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.messaging = messaging
        self.sessions = sessions
        self.throttle = throttle
        self.blobs = blobs
        self.people = people
        self.contacts = contacts
        self.consents = consents
        self.publishing = publishing
        self.storefront = storefront
        self.console = console
        self.wallets = wallets
        self.views = views
        self.launches = launches
        self.forget = forget
        self.bots = bots
        self.openRegistration = openRegistration
        staticFiles = files
        moreMetrics = metrics
        errors = ErrorTranslator(log: log)
        typing = TypingGate(clock: messaging.clock)
        authenticator = Authenticator(database: database, messaging: messaging, sessions: sessions)
        hub = StreamHub()
        messaging.add(observer: hub)
        people.whenSessionEnds { [weak self] in self?.sessionEnded($0) }
    }

    package func route(_ head: HTTPRequest) -> HTTPRoute {
        switch Self.table.match(head.method, head.pathSegments) {
        case .found(let route, let parameters): return perform(route, head, parameters)
        case .otherMethods(let methods):
            var response = HTTPResponse(
                StoaError(.badRequest, "\(head.method) is not allowed here. Use \(Self.list(methods))."))
            response.status = 405
            response.headers.append(("Allow", Self.list(methods)))
            return .respond(counted(response))
        case .none: return .respond(counted(unrouted(head)))
        }
    }

    /// To be called when a session ended by other means than this API: its token is forgotten, its sockets are closed.
    package func sessionEnded(_ id: Int64) {
        authenticator.sessionEnded(id)
        hub.close(session: id)
    }

    /// What others see of an account is other than it was: what is remembered of it is forgotten, and streams that are open
    /// go on with what it is now.
    func accountChanged(_ account: Account) {
        authenticator.accountChanged(account.id)
        hub.update(account)
    }

    func metrics(_ text: inout MetricsText) {
        counters.write(to: &text)
        hub.writeMetrics(to: &text)
        moreMetrics(&text)
    }

    private func perform(_ route: Route, _ head: HTTPRequest, _ parameters: [String]) -> HTTPRoute {
        switch route.action {
        case .raw(let make): return make(self, head)
        case .open(let handle):
            return .buffered(limit: route.bodyLimit) { [self] request, responder in
                answer(request, responder) { try await handle(self, APIRequest(http: request, parameters: parameters)) }
            }
        case .user(let handle):
            // Who shows no token need not send a body.
            guard let token = head.bearerToken else { return .respond(counted(HTTPResponse(Self.noToken))) }
            return .buffered(limit: route.bodyLimit) { [self] request, responder in
                answer(request, responder) { [self] in
                    guard let principal = try await authenticator.find(token) else { throw Self.badToken }
                    let request = APIRequest(http: request, parameters: parameters)
                    return try await handle(self, UserRequest(request: request, principal: principal))
                }
            }
        }
    }

    private func answer(
        _ request: HTTPRequest, _ responder: HTTPResponder,
        _ body: @escaping @Sendable () async throws -> HTTPResponse
    ) {
        Task {
            do {
                responder.send(counted(try await body()))
            } catch {
                let shown = errors.translate(error, doing: "\(request.method) \(request.path)")
                responder.send(counted(HTTPResponse(shown)))
            }
        }
    }

    func counted(_ response: HTTPResponse) -> HTTPResponse {
        counters.answered(response.status)
        return response
    }

    /// The web client: a file, or for a path that looks like none its index page, which shows the place itself.
    private func unrouted(_ head: HTTPRequest) -> HTTPResponse {
        guard head.pathSegments.first != "v1", head.method == .get || head.method == .head, let staticFiles else {
            return HTTPResponse(StoaError(.notFound, "There is nothing at this address. See sdk-docs/openapi.yaml."))
        }
        let looksLikeFile = head.pathSegments.last?.utf8.contains(UInt8(ascii: ".")) ?? false
        return staticFiles.response(segments: head.pathSegments, request: head)
            ?? (looksLikeFile ? nil : staticFiles.response(segments: [], request: head))
            ?? .text(404, "There is nothing at this address.")
    }

    static let noToken = StoaError(
        .unauthorized, "This call needs a session. Sign in and send Authorization: Bearer TOKEN.")
    static let badToken = StoaError(.unauthorized, "The session has ended or never was. Sign in again.")

    private static func list(_ methods: [HTTPMethod]) -> String {
        methods.map(\.rawValue).joined(separator: ", ")
    }
}

/// A bot as people find it.
package struct BotListing: Sendable {
    package struct Command: Sendable {
        package let name: String
        package let description: String

        package init(name: String, description: String) {
            self.name = name
            self.description = description
        }
    }

    package let account: Account
    package let description: String
    /// It has pages to open.
    package let isMiniApp: Bool
    /// What it has to open are pages for the browser.
    package let isWeb: Bool
    package let commands: [Command]

    package init(account: Account, description: String, isMiniApp: Bool, isWeb: Bool, commands: [Command]) {
        self.account = account
        self.description = description
        self.isMiniApp = isMiniApp
        self.isWeb = isWeb
        self.commands = commands
    }
}
