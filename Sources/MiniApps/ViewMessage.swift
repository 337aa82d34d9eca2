package import Model
package import Runtime

/// What a client is told about one of its views.
package enum ViewMessage: Sendable {
    /// - Parameter language: of the app's texts (BCP 47), if it has any.
    case tree(Node, version: Int64, page: String, app: String, chat: ChatID, language: String?)
    case patch([PatchStep], from: Int64, version: Int64)
    case notes([PageNote])
    /// The turn of an action is over, and what it changed is drawn.
    case acted(nonce: String, StoaError?)
    /// The page could not be drawn.
    case failed(StoaError)
}

/// One client, as the pages that it has open see it.
package protocol ViewSink: AnyObject, Sendable {
    /// Unique among the clients that are connected.
    var viewSinkID: UInt64 { get }
    /// False for ever once the client is gone.
    var isOpen: Bool { get }
    /// Called on any thread: must be short. What is sent to a client that is gone goes nowhere.
    func send(_ message: ViewMessage, about view: String)
}

/// What a client asks to see.
package struct ViewRequest: Sendable, Equatable {
    package let view: String
    package let app: String
    /// Nil for the person's direct chat with the app.
    package let chat: ChatID?
    package let page: String
    package let query: [NamedText]
    package let language: String
    package let theme: String

    /// - Throws: ``StoaError/Code/badRequest``.
    package init(
        view: String, app: String, chat: ChatID?, page: String?, query: [NamedText], language: String?,
        theme: String?
    ) throws(StoaError) {
        try Self.check(view: view)
        let page = page ?? "home"
        guard (1...32).contains(page.utf8.count), (1...32).contains(app.utf8.count) else {
            throw StoaError(.badRequest, "The names of the app and the page must have 1 to 32 bytes.")
        }
        guard query.count <= 32, query.allSatisfy({ $0.name.utf8.count <= 64 && $0.text.utf8.count <= 1024 }) else {
            throw StoaError(.badRequest, "A query has at most 32 texts of at most 1024 bytes each, with names of at most 64.")
        }
        self.view = view
        self.app = app
        self.chat = chat
        self.page = page
        self.query = query
        self.language = language.flatMap(Self.tag) ?? "en"
        self.theme = theme == "dark" ? "dark" : "light"
    }

    /// A tag of BCP 47 by its form; nil for anything else.
    static func tag(_ text: String) -> String? {
        guard (2...16).contains(text.utf8.count), let first = text.utf8.first, (0x61...0x7A).contains(first | 0x20),
            text.utf8.allSatisfy({ (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D })
        else { return nil }
        return text
    }

    /// - Throws: ``StoaError/Code/badRequest``.
    package static func check(view: String) throws(StoaError) {
        guard (1...64).contains(view.utf8.count) else {
            throw StoaError(.badRequest, "The name of a view must have 1 to 64 bytes.")
        }
    }
}

/// What a person did on a page.
package struct ViewAction: Sendable, Equatable {
    package let view: String
    package let nonce: String
    package let action: OfferedAction
    package let input: ActionInput

    package init(view: String, nonce: String, action: OfferedAction, input: ActionInput) {
        self.view = view
        self.nonce = nonce
        self.action = action
        self.input = input
    }
}
