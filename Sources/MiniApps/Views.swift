import Apps
package import Database
import Dispatch
package import Messaging
package import Model
package import Runtime
import Sandbox
import Synchronization

/// The pages that are open, each followed by what it reads: when a turn commits a write to a key that a page read, the page is
/// drawn again, and its client is sent the difference.
///
/// A view lives as long as its client's connection. Nothing about it is stored: a client that comes back opens it again.
package final class Views: TurnObserver, Messaging.Observer {
    /// Views that one client may have open.
    package static let maxPerClient = 16
    /// Drawings of one app that run at a time; the others wait in their order.
    static let maxDrawings = 16

    struct State {
        var views: [ViewID: OpenView] = [:]
        private(set) var byBot: [AccountID: Set<ViewID>] = [:]
        private(set) var byChat: [ChatID: Set<ViewID>] = [:]
        private(set) var bySink: [UInt64: Set<ViewID>] = [:]
        /// Those that are drawn now, or wait for it.
        private(set) var beingDrawn: [AccountID: Set<ViewID>] = [:]
        var readers = Readers()
        /// Where the trees of each app's views are read and compared: one after another, so that an app with large ones holds up
        /// its own alone.
        private(set) var queues: [AccountID: DispatchQueue] = [:]
        /// When pages that asked for it are drawn again next, in milliseconds since 1970 UTC.
        var nextRedraw = Int64.max
        /// Actions that are in an inbox, by their updates.
        var pending: [UpdateID: PendingAction] = [:]
        var drawings: [AccountID: Int] = [:]
        var waiting: [AccountID: TicketQueue] = [:]
        /// What was asked for and is neither answered nor a drawing or an update yet.
        var underWay = 0
        var quietWaiters: [@Sendable () -> Void] = []
        private var counter: UInt64 = 0

        mutating func add(_ id: ViewID, _ view: OpenView) {
            _ = remove(id)
            views[id] = view
            byBot[view.place.bot, default: []].insert(id)
            byChat[view.place.chat.id, default: []].insert(id)
            bySink[id.sink, default: []].insert(id)
            if view.drawingNow != nil { beingDrawn[view.place.bot, default: []].insert(id) }
            if queues[view.place.bot] == nil {
                queues[view.place.bot] = DispatchQueue(label: "stoa.views.app", target: Views.queue)
            }
        }

        mutating func remove(_ id: ViewID) -> OpenView? {
            guard let view = views.removeValue(forKey: id) else { return nil }
            let (bot, chat) = (view.place.bot, view.place.chat.id)
            byBot.remove(id, at: bot)
            byChat.remove(id, at: chat)
            bySink.remove(id, at: id.sink)
            beingDrawn.remove(id, at: bot)
            readers.set(id, of: bot, nil)
            if byBot[bot] == nil { queues[bot] = nil }
            return view
        }

        /// - Parameter number: of the drawing that is under way from now on; nil when it has ended.
        mutating func setDrawing(_ number: UInt64?, of id: ViewID) {
            guard let bot = views[id]?.place.bot else { return }
            views[id]?.drawingNow = number
            if number != nil { beingDrawn[bot, default: []].insert(id) } else { beingDrawn.remove(id, at: bot) }
        }

        /// Another number each time, rising.
        mutating func next() -> UInt64 {
            counter += 1
            return counter
        }
    }

    let database: Database
    let messaging: Messaging
    let runtime: Runtime
    let alarms: Alarms
    let log: @Sendable (String) -> Void
    private let state = Mutex(State())

    package init(
        database: Database, messaging: Messaging, runtime: Runtime, alarms: Alarms, log: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.messaging = messaging
        self.runtime = runtime
        self.alarms = alarms
        self.log = log
        runtime.set(observer: self)
        messaging.add(observer: self)
    }

    // MARK: Messaging.Observer

    /// Whoever left a chat is shown so, and no longer as somebody who is there.
    package func committed(_ event: Event, to recipients: [(user: AccountID, seq: Int64)]) {
        guard case .memberLeft(let chat, let account) = event else { return }
        let concerned = withState { state in
            (state.byChat[chat] ?? []).filter { id in
                state.views[id].map { $0.place.person.id == account || $0.place.bot == account } ?? false
            }
        }
        draw(concerned)
    }

    package func committed(_ updates: [Update]) {}

    func withState<T>(_ body: (inout State) -> T) -> T { state.withLock { body(&$0) } }

    /// Views that are open now.
    package var count: Int { withState { $0.views.count } }

    // MARK: What clients ask for

    /// Opens a view, or leads an open one to another page. The answer comes to the sink.
    package func open(_ request: ViewRequest, for person: Account, sink: any ViewSink) {
        begun()
        find(request, for: person) { [self] result in
            defer { over() }
            switch result {
            case .failure(let error): sink.send(.failed(error), about: request.view)
            case .success(let place): opened(request, place, sink)
            }
        }
    }

    package func close(_ view: String, sink: any ViewSink) { close([ViewID(sink: sink.viewSinkID, name: view)]) }

    /// The client is gone.
    package func closeAll(of sink: any ViewSink) { close(withState { $0.bySink[sink.viewSinkID] ?? [] }) }

    func close(_ ids: Set<ViewID>) {
        let affected = withState { state in
            var affected: Set<ViewID> = []
            for id in ids {
                guard let view = state.remove(id) else { continue }
                affected.formUnion(state.watchers(of: view.place))
            }
            return affected.filter { state.views[$0] != nil }
        }
        draw(affected)
    }

    private func opened(_ request: ViewRequest, _ place: OpenView.Place, _ sink: any ViewSink) {
        let id = ViewID(sink: sink.viewSinkID, name: request.view)
        let toDraw = withState { state -> [ViewID]? in
            let isNew = state.views[id] == nil
            guard !isNew || (state.bySink[id.sink]?.count ?? 0) < Self.maxPerClient else { return nil }
            let old = state.views[id]
            var view = OpenView(place: place, sink: sink, request: request)
            view.generation = state.next()
            view.touched = view.generation
            view.opened = old?.opened ?? view.generation
            // What is drawn now is for the page before: its end begins the drawing of this one.
            view.drawingNow = old?.drawingNow
            view.acted = (old?.actedInDrawing ?? []) + (old?.acted ?? [])
            state.add(id, view)
            return [id] + (isNew ? state.watchers(of: place).filter { $0 != id } : [])
        }
        guard let toDraw else {
            let error = StoaError(.tooLarge, "\(Self.maxPerClient) pages are open on this device. Close one first.")
            return sink.send(.failed(error), about: request.view)
        }
        // Whoever went while the app was looked for has closed its views already.
        guard sink.isOpen else { return closeAll(of: sink) }
        draw(toDraw)
    }

    /// The app, and the chat in which the person opens it: both of them must be members.
    private func find(
        _ request: ViewRequest, for person: Account,
        completion: @escaping @Sendable (Result<OpenView.Place, StoaError>) -> Void
    ) {
        let answer: @Sendable (Result<OpenView.Place, any Error>) -> Void = { [log] result in
            completion(
                result.mapError { error in
                    if let error = error as? StoaError { return error }
                    log("A page could not be opened: \(error)")
                    return StoaError(.internal, "Something went wrong on the server.")
                })
        }
        database.read { [messaging] tx -> (OpenView.Place?, Account) in
            let app = try AppStore.openApp(named: request.app, in: tx)
            guard let bot = try messaging.account(app.account, in: tx) else {
                throw StoaError(.appNotFound, "No app here is named \(request.app.prefix(32)).")
            }
            guard let id = try request.chat ?? messaging.knownDirectChat(person.id, with: bot.id, in: tx) else {
                return (nil, bot)
            }
            _ = try messaging.membership(of: bot.id, in: id, tx: tx)
            let chat = try messaging.membership(of: person.id, in: id, tx: tx).chat
            return (OpenView.Place(bot: bot.id, app: app.name, chat: chat, person: person), bot)
        } completion: { [database, messaging] result in
            switch result {
            case .failure(let error): answer(.failure(error))
            case .success((let place?, _)): answer(.success(place))
            case .success((nil, let bot)):
                database.write { tx in
                    let chat = try messaging.directChat(person, with: bot, in: tx).chat
                    return OpenView.Place(bot: bot.id, app: bot.name, chat: chat, person: person)
                } completion: {
                    answer($0)
                }
            }
        }
    }
}

extension Views.State {
    /// The views that show who is present there.
    func watchers(of place: OpenView.Place) -> [ViewID] {
        (byChat[place.chat.id] ?? []).filter { id in
            guard let view = views[id] else { return false }
            return view.showsPresence && view.place.bot == place.bot
        }
    }

    /// Who has the app open in a chat, those first who have had it open longest.
    func present(in chat: ChatID, of bot: AccountID) -> [Account] {
        var seen: Set<AccountID> = []
        return (byChat[chat] ?? []).compactMap { views[$0] }.filter { $0.place.bot == bot }.sorted { $0.opened < $1.opened }
            .map(\.place.person).filter { seen.insert($0.id).inserted }.prefix(100).sorted { $0.id < $1.id }
    }
}
