import Messaging
import MiniApps
import Model
import Runtime
import Sandbox
import Synchronization

/// A person's device in a simulated world: the pages that are open on it, as it shows them.
final class Device: ViewSink {
    /// Rows that it asks of each list, from the beginning.
    static let rows: Int64 = 200

    /// A page of the app, and what it is asked for with.
    struct Place: Sendable, Equatable {
        let page: String
        let query: [NamedText]

        static let home = Place("home", [])

        init(_ page: String, _ query: [NamedText]) {
            self.page = page
            self.query = query.sorted { $0.name < $1.name }
        }

        /// `item(id = "7")`.
        var text: String {
            query.isEmpty ? page : page + "(" + query.map { "\($0.name) = \"\($0.text)\"" }.joined(separator: ", ") + ")"
        }
    }

    let person: Account
    let viewSinkID: UInt64
    let isOpen = true
    private let open = Mutex<[Int64: OpenPage]>([:])

    init(person: Account, viewSinkID: UInt64) {
        self.person = person
        self.viewSinkID = viewSinkID
    }

    /// Numbers of the pages that are open, those first that were opened first.
    var numbers: [Int64] { open.withLock { $0.keys.sorted() } }

    subscript(number: Int64) -> OpenPage? { open.withLock { $0[number] } }

    func opens(_ number: Int64, _ page: OpenPage) { open.withLock { $0[number] = page } }

    func closes(_ number: Int64) { _ = open.withLock { $0.removeValue(forKey: number) } }

    @discardableResult
    func update<T: Sendable>(_ number: Int64, _ body: (inout OpenPage) -> T) -> T? {
        open.withLock { open in
            guard var page = open[number] else { return nil }
            defer { open[number] = page }
            return body(&page)
        }
    }

    // MARK: ViewSink

    func send(_ message: ViewMessage, about view: String) {
        guard let number = Int64(view) else { return }
        update(number) { $0.take(message) }
    }
}

/// What was done on a page, in words for people.
struct Deed: Sendable {
    /// `alice presses "Remove"`.
    let text: String
    /// `remove(7)`.
    let action: String
    /// The device did it by itself.
    var isTimer = false
}

/// What was done on a page, and why it failed.
struct FailedDeed: Sendable {
    let deed: Deed
    let error: StoaError
}

/// A page that is open on a device.
struct OpenPage: Sendable {
    let app: String
    let language: String?
    /// Where it was asked to be opened; nil: the direct chat.
    let asked: ChatID?
    /// The chat that it is open in.
    private(set) var chat: ChatID?
    /// The pages that were gone through, the one that is shown last.
    private(set) var stack: [Device.Place]
    /// Nil while it is awaited, or could not be drawn.
    private(set) var tree: Node?
    private var version: Int64 = 0
    /// Why it could not be drawn.
    private(set) var error: StoaError?
    /// Since the person did something on it, oldest first.
    private(set) var toasts: [String] = []
    private(set) var invalid: [NamedText] = []
    private(set) var refused: StoaError.Code?
    /// An action that failed, until the test is told of it or asks.
    private(set) var unheeded: FailedDeed?
    private var acting: (nonce: String, deed: Deed)?
    /// Where an action leads, to be followed.
    private var moves: [PageNote] = []
    /// Rows that were asked of lists.
    private var windows: [String: [Int64]] = [:]
    /// What was typed into fields, by their names, and what the page had there.
    private var typed: [String: (value: BridgeValue, instead: BridgeValue?)] = [:]
    /// Timers that were over, by what they did and when.
    private var fired: [(on: BridgeValue, until: Int64)] = []
    /// What the host did that it must not.
    private(set) var mistake: String?
    /// For the transcript.
    private var told: [String] = []

    init(app: String, language: String? = nil, asked: ChatID?, place: Device.Place) {
        self.app = app
        self.language = language
        self.asked = asked
        chat = asked
        stack = [place]
    }

    var place: Device.Place { stack.last ?? .home }

    mutating func take(_ message: ViewMessage) {
        switch message {
        case .tree(let tree, let version, let page, _, let chat):
            guard page == place.page else {
                mistake = "The page \"\(page)\" came where \"\(place.page)\" was asked for."
                return
            }
            self.tree = tree
            self.version = version
            self.chat = chat
            error = nil
            windows = [:]
        case .patch(let steps, let from, let version):
            // One that was on its way when another page was asked for.
            guard let tree else { return }
            guard from == self.version, let next = tree.applying(steps) else {
                mistake = "A difference from version \(from) does not fit version \(self.version) of the page: \(steps)"
                return
            }
            self.tree = next
            self.version = version
        case .notes(let notes): notes.forEach { take($0) }
        case .acted(let nonce, let error):
            guard let (awaited, deed) = acting, nonce == awaited else { return }
            acting = nil
            refused = error?.code
            if let error {
                told.append("refused: \(error.code.rawValue)")
                // Of two timers at the same moment the second one may find the page changed by the first.
                if !deed.isTimer || error.code != .actionNotOffered, unheeded == nil {
                    unheeded = FailedDeed(deed: deed, error: error)
                }
            }
            if error == nil, invalid.isEmpty { typed = [:] }
        case .failed(let error):
            self.error = error
            tree = nil
        }
    }

    private mutating func take(_ note: PageNote) {
        switch note {
        case .toast(let text):
            toasts.append(text)
            told.append("toast: \(text)")
        case .invalid(let fields):
            invalid = fields.sorted { $0.name < $1.name }
            told += invalid.map { "wrong with \($0.name): \($0.text)" }
        case .go, .back: moves.append(note)
        }
    }

    /// What is new for the transcript.
    mutating func takeTold() -> [String] {
        defer { told = [] }
        return told
    }

    // MARK: What the person does

    /// - Parameter nonce: of the action that is on its way from now on.
    mutating func acts(_ nonce: String, _ deed: Deed) {
        acting = (nonce, deed)
        toasts = []
        invalid = []
        refused = nil
    }

    /// The test has asked how the action ended, or was told.
    mutating func heeds() { unheeded = nil }

    /// Whether an action waits for its answer.
    var isActing: Bool { acting != nil }

    mutating func goes(to place: Device.Place) { if place != self.place { leaves(for: stack + [place]) } }

    /// One page back; from an inner page that was opened first to the first one, from there nowhere.
    /// - Returns: whether there is one.
    @discardableResult
    mutating func goesBack() -> Bool {
        guard stack.count > 1 || place.page != Device.Place.home.page else { return false }
        leaves(for: stack.count > 1 ? stack.dropLast() : [.home])
        return true
    }

    /// With another query a page takes its own place, and keeps what was typed: "back" does not lead through all that was
    /// searched for.
    private mutating func leads(to place: Device.Place) {
        guard place.page == self.place.page else { return leaves(for: stack + [place]) }
        stack[stack.count - 1] = place
        invalid = []
        awaits()
    }

    private mutating func leaves(for stack: [Device.Place]) {
        self.stack = stack
        invalid = []
        typed = [:]
        fired = []
        awaits()
    }

    /// The page is asked for again.
    mutating func awaits() {
        tree = nil
        error = nil
    }

    mutating func types(_ name: String, _ value: BridgeValue, instead of: BridgeValue?) { typed[name] = (value, of) }

    /// What was typed into a field, as long as the page gives it the same value.
    func typed(_ name: String, instead of: BridgeValue?) -> BridgeValue? {
        guard let kept = typed[name], kept.instead == of else { return nil }
        return kept.value
    }

    mutating func scrolls(_ key: String, to window: [Int64]) { windows[key] = window }

    // MARK: What the device does by itself

    /// Lists of which it wants to see more rows than it was sent.
    mutating func takeLists() -> [String] {
        var keys: [String] = []
        tree?.forEach { node in
            guard node.type == "list", let key = node.key?.stringValue, windows[key] == nil,
                let count = node.props["count"]?.intValue, min(count, Device.rows) > node.children.count
            else { return }
            keys.append(key)
        }
        for key in keys { windows[key] = [0, Device.rows] }
        return keys
    }

    /// Follows where an action has led. - Returns: whether the page is to be asked for.
    mutating func follow() -> Bool {
        guard !moves.isEmpty else { return false }
        for move in moves {
            switch move {
            case .go(let page, let query):
                let place = Device.Place(page, query)
                if place == self.place {
                    // A wish to see it anew.
                    awaits()
                } else {
                    leads(to: place)
                }
                told.append("goes to \(place.text)")
            case .back: if goesBack() { told.append("goes back to \(place.text)") }
            default: break
            }
        }
        moves = []
        return tree == nil
    }

    /// Timers that count down and do something when they are over, once each.
    private var countdowns: [(on: BridgeValue, until: Int64)] {
        (tree?.spots ?? []).compactMap { spot in
            let props = spot.node.props
            guard spot.node.type == "timer", (props["style"]?.stringValue ?? "countdown") == "countdown", let on = props["on"],
                let until = props["until"]?.intValue, !fired.contains(where: { $0.on == on && $0.until == until })
            else { return nil }
            return (on, until)
        }
    }

    var nextTimer: Int64? { countdowns.map(\.until).min() }

    /// What a timer that is over does.
    mutating func takeTimer(by now: Int64) -> BridgeValue? {
        guard let over = countdowns.first(where: { $0.until <= now }) else { return nil }
        fired.append(over)
        return over.on
    }
}
