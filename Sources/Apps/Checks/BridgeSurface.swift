import Permissions

/// What the SDK hands to an app, by name: its objects, their methods and fields. The checks go by it, so it is kept in step
/// with the SDK's Lua; a test compares the two.
enum BridgeSurface {
    /// What a name in an app's source can stand for.
    enum Kind: String, CaseIterable {
        // Objects, whose methods are called with a colon.
        case chat, message, press, user, store, timers, context
        // Tables of functions, which are called with a dot.
        case stoa, ui, http, identity, location, files, contacts, payments, products, json, log, random, time, text
        // Values without calls.
        case app
    }

    struct Method {
        /// The capability that a call needs, if it needs one.
        let needs: Capability.Name?
        /// Arguments without which the call fails.
        let arguments: Int
        /// The journal or the chat keeps the order of such calls.
        let isOrdered: Bool

        init(_ needs: Capability.Name? = nil, _ arguments: Int = 0, isOrdered: Bool = true) {
            self.needs = needs
            self.arguments = arguments
            self.isOrdered = isOrdered
        }
    }

    /// The components of pages (`stoa.ui`).
    private static let components = [
        "avatar", "badge", "button", "canvas", "card", "chart", "checkbox", "column", "date", "date_field", "dialog",
        "divider", "empty", "file_field", "form", "format_money", "grid", "icon", "image", "link", "list", "main_button",
        "map", "money", "multi_select", "number_field", "page", "phone_field", "photo_field", "progress", "qr", "rating",
        "row", "scanner", "search_field", "section", "select", "signature", "skeleton", "slider", "spacer", "stepper",
        "switch", "tab", "table", "tabs", "text", "text_field", "time_field", "timer",
    ]

    static let methods: [Kind: [String: Method]] = [
        .chat: [
            "send": Method(.messagesSend, 1), "reply": Method(.messagesSend, 1), "edit": Method(.messagesSend, 2),
            "delete": Method(.messagesSend, 1), "typing": Method(.messagesSend), "ask": Method(.messagesSend, 1),
            "choose": Method(.messagesSend, 2), "form": Method(.messagesSend, 1), "confirm": Method(.messagesSend, 1),
            "call": Method(.appsCall, 2), "wait_for": Method(nil, 1), "sleep": Method(nil, 1), "checkpoint": Method(nil, 1),
            "history": Method(.chatHistory), "subscribe": Method(.messagesBroadcast), "broadcast": Method(.messagesBroadcast, 1),
            "pay": Method(.paymentsRequest, 1), "subscription": Method(.paymentsSubscribe, 1),
        ],
        .message: [
            "reply": Method(.messagesSend, 1), "edit": Method(.messagesSend, 1), "delete": Method(.messagesSend),
        ],
        .press: ["answer": Method(.messagesSend)],
        .user: [:],
        .store: [
            "get": Method(.store, 1), "put": Method(.store, 1), "delete": Method(.store, 1), "list": Method(.store),
            "increment": Method(.store, 1),
        ],
        .context: [
            "action": Method(nil, 1, isOrdered: false), "link": Method(nil, 1, isOrdered: false),
            "present": Method(isOrdered: false), "t": Method(nil, 1, isOrdered: false),
            "redraw_at": Method(nil, 1, isOrdered: false),
            "toast": Method(nil, 1), "go": Method(nil, 1), "back": Method(), "invalid": Method(nil, 1),
        ],
        .timers: [
            "after": Method(.timers, 2), "at": Method(.timers, 2), "every": Method(.timers, 2), "cancel": Method(.timers, 1),
        ],
    ]

    static let functions: [Kind: [String: Method]] = [
        .stoa: [
            "command": Method(isOrdered: false), "on": Method(isOrdered: false), "press": Method(isOrdered: false),
            "timer": Method(isOrdered: false), "task": Method(isOrdered: false), "export": Method(isOrdered: false),
            "page": Method(nil, 2, isOrdered: false), "action": Method(nil, 2, isOrdered: false),
            "on_upgrade": Method(isOrdered: false), "chat": Method(isOrdered: false), "spawn": Method(), "all": Method(),
            "race": Method(), "t": Method(nil, 2, isOrdered: false),
        ],
        .ui: Dictionary(uniqueKeysWithValues: components.map { ($0, Method(isOrdered: false)) }),
        .http: ["fetch": Method(.httpFetch, 1), "secret": Method(.httpFetch, 1, isOrdered: false)],
        .identity: [
            "age": Method(.identityAge, 1), "contact": Method(.identityContact, 1), "profile": Method(.identityProfile),
        ],
        .location: ["once": Method(.locationOnce)],
        .files: ["read": Method(.filesRead)],
        .contacts: ["pick": Method(.contactsPick)],
        .payments: [
            "get": Method(.paymentsRequest, 1), "list": Method(.paymentsRequest), "capture": Method(.paymentsRequest, 1),
            "cancel": Method(.paymentsRequest, 1), "refund": Method(.paymentsRefund, 1), "payout": Method(.paymentsPayout, 1),
            "balance": Method(.paymentsRequest, 1), "link": Method(.paymentsRequest, 1),
            "close_link": Method(.paymentsRequest, 1),
            "subscriptions": Method(.paymentsSubscribe), "cancel_subscription": Method(.paymentsSubscribe, 1),
            "on": Method(nil, 2, isOrdered: false), "format": Method(nil, 2, isOrdered: false),
        ],
        .products: [
            "put": Method(.paymentsRequest, 1), "get": Method(.paymentsRequest, 1), "list": Method(.paymentsRequest),
            "add_stock": Method(.paymentsRequest, 2), "remove": Method(.paymentsRequest, 1),
        ],
        .json: ["encode": Method(isOrdered: false), "decode": Method(isOrdered: false)],
        .log: [
            "debug": Method(isOrdered: false), "info": Method(isOrdered: false), "warn": Method(isOrdered: false),
            "error": Method(isOrdered: false),
        ],
        .random: ["integer": Method(isOrdered: false), "number": Method(isOrdered: false)],
        .time: [
            "now": Method(isOrdered: false), "date": Method(nil, 1, isOrdered: false), "parse": Method(nil, 1, isOrdered: false),
            "is_valid": Method(isOrdered: false), "format": Method(nil, 1, isOrdered: false), "today": Method(isOrdered: false),
        ],
        .text: ["fold": Method(nil, 1, isOrdered: false)],
    ]

    /// Fields, and what those that have calls of their own stand for.
    static let fields: [Kind: [String: Kind?]] = [
        .chat: [
            "id": nil, "kind": nil, "title": nil, "user": .user, "store": .store, "timers": .timers, "state": nil, "app": nil,
        ],
        .message: [
            "id": nil, "text": nil, "date": nil, "user": .user, "reply_to": nil, "entities": nil, "attachments": nil,
        ],
        .press: ["id": nil, "text": nil, "data": nil, "name": nil, "value": nil, "user": .user, "message": .message],
        .user: ["id": nil, "name": nil, "display": nil, "bot": nil, "store": .store],
        .context: [
            "user": .user, "chat": .chat, "store": .store, "page": nil, "query": nil, "lang": nil, "theme": nil, "value": nil,
            "values": nil,
        ],
        .stoa: [
            "ui": .ui, "http": .http, "identity": .identity, "location": .location, "files": .files, "contacts": .contacts,
            "payments": .payments,
            "products": .products, "json": .json,
            "log": .log, "store": .store, "timers": .timers,
            "random": .random, "time": .time, "text": .text,
            "app": .app,
        ],
    ]

    /// What `stoa.on` takes, with what its handler is given.
    static let updates: [(kind: String, parameters: [Kind?])] = [
        ("message", [.chat, .message]), ("press", [.chat, .press]), ("timer", [.chat, nil]), ("member_joined", [.chat, .user]),
        ("member_left", [.chat, .user]), ("webhook", [nil, .chat]), ("forgotten", [nil, .chat]),
    ]

    /// What the handler is given that goes to `stoa.NAME(subject, …)`; nil when the call takes no handler.
    /// - Parameter subject: its first argument, when that is a text.
    static func parameters(of function: String, subject: String?) -> [Kind?]? {
        switch function {
        case "command": subject == nil ? nil : [.chat, nil, .message]
        case "press": subject == nil ? nil : [.chat, .press]
        case "timer", "task": subject == nil ? nil : [.chat, nil]
        case "on": updates.first { $0.kind == subject }?.parameters
        case "export": subject == nil ? nil : [.chat]
        case "on_upgrade": [.chat, nil]
        case "page", "action": subject == nil ? nil : [.context]
        default: nil
        }
    }

    static func isObject(_ kind: Kind) -> Bool { methods[kind] != nil }
}
