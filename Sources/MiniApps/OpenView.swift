import Dispatch
import Messaging
import Model
import Runtime
import Sandbox

/// One page, open on one device.
struct ViewID: Hashable, Sendable {
    let sink: UInt64
    let name: String
}

/// What is known of a view that is open.
struct OpenView: Sendable {
    /// What the page is drawn for.
    struct Place: Sendable {
        let bot: AccountID
        let app: String
        let chat: Chat
        let person: Account
    }

    let place: Place
    let sink: any ViewSink
    var request: ViewRequest
    /// Another one whenever it is led to a page: what was drawn for one before comes too late.
    var generation: UInt64 = 0
    /// Counts what the client was sent of this page; 0: nothing yet.
    var version: Int64 = 0
    var tree: Node?
    /// The tree before: what was pressed on it while the new one was on its way is offered still.
    var treeBefore: Node?
    /// What the last drawing of it went by, also one that failed.
    var reads: PageReads?
    /// Whether the page shows who is present.
    var showsPresence = false
    var windows: [String: (from: Int64, count: Int64)] = [:]
    /// When it was last drawn for the rows of a list, and whether that is to be done again.
    var windowed: DispatchTime?
    var isToBeWindowed = false
    /// When the page wants to be drawn again, in milliseconds since 1970 UTC.
    var redrawAt: Int64?
    /// Which drawing of it is under way, if one is.
    var drawingNow: UInt64?
    /// Something changed while it was drawn.
    var isStale = false
    /// What was written meanwhile, which the drawing may have read before.
    var writtenMeanwhile: [StoreKey] = []
    /// Actions whose turns are over, and which are to be told of once the page is drawn.
    var acted: [String] = []
    /// Those of them that the drawing which is under way shows.
    var actedInDrawing: [String] = []
    /// When it was first opened, as a count.
    var opened: UInt64 = 0
    /// When it was last opened or acted on, as a count.
    var touched: UInt64 = 0
}

extension OpenView {
    /// What the page's function is given, encoded as it crosses the bridge.
    func payload(present: [Account]) -> [UInt8] {
        let people = present.map { account in
            BridgeValue.map([
                "id": .int(account.id.value), "name": .string(account.name), "display": .string(account.display),
                "bot": .bool(false),
            ])
        }
        let windows = self.windows.map { (key: $0.key, value: BridgeValue.array([.int($0.value.from), .int($0.value.count)])) }
        return BridgeValue.array([
            .map(BridgeMap(common + [("windows", .map(BridgeMap(windows))), ("present", .array(people))]))
        ]).encoded
    }

    /// What the action's handler is given.
    func payload(of action: OfferedAction, arguments: [BridgeValue], _ input: ActionInput) -> [UInt8] {
        var fields: [(key: String, value: BridgeValue)] = [
            ("name", .string(action.name)), ("arguments", .array(arguments)), ("value", input.value),
            ("values", .map(input.values)),
        ]
        if let names = input.fields { fields.append(("fields", .array(names.map { .string($0) }))) }
        return BridgeValue.array([.map(BridgeMap(common + fields))]).encoded
    }

    private var common: [(key: String, value: BridgeValue)] {
        [
            ("page", .string(request.page)), ("query", .map(BridgeMap(request.query.map { ($0.name, .string($0.text)) }))),
            ("lang", .string(request.language)), ("theme", .string(request.theme)),
        ]
    }
}
