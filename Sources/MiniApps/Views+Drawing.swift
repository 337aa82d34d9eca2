import Database
import Dispatch
import Messaging
import Model
import Runtime
import Sandbox

/// From something that changed to what the client is sent of it.
extension Views {
    /// Below the queues of the apps: neither the sandbox's loop nor the database's threads wait for what is done here.
    static let queue = DispatchQueue(label: "stoa.views", qos: .userInitiated, attributes: .concurrent)

    /// Draws views, now or when the drawing that is under way has ended.
    func draw(_ ids: some Sequence<ViewID>) {
        for id in ids {
            let ticket = withState { state -> Ticket? in
                guard let view = state.views[id] else { return nil }
                guard view.drawingNow == nil else {
                    state.views[id]?.isStale = true
                    return nil
                }
                let ticket = Ticket(view: id, bot: view.place.bot, number: state.next())
                state.setDrawing(ticket.number, of: id)
                return state.hasRoom(for: ticket) ? ticket : nil
            }
            if let ticket { begin(ticket) }
        }
    }

    private struct Job {
        let place: OpenView.Place
        let generation: UInt64
        let payload: [UInt8]
        let queue: DispatchQueue
    }

    private func begin(_ ticket: Ticket) {
        let job = withState { state -> Job? in
            guard var view = state.views[ticket.view], view.drawingNow == ticket.number else { return nil }
            let present = state.present(in: view.place.chat.id, of: view.place.bot)
            view.isStale = false
            view.writtenMeanwhile = []
            view.actedInDrawing += view.acted
            view.acted = []
            state.views[ticket.view] = view
            return Job(
                place: view.place, generation: view.generation, payload: view.payload(present: present),
                queue: state.queues[view.place.bot] ?? Self.queue)
        }
        // It was closed while it waited.
        guard let job else { return finish(ticket) }
        let place = job.place
        database.read { [messaging] tx in
            // Whoever is no member any more sees nothing any more.
            _ = try messaging.membership(of: place.bot, in: place.chat.id, tx: tx)
            _ = try messaging.membership(of: place.person.id, in: place.chat.id, tx: tx)
        } completion: { [self] result in
            let done: @Sendable (Result<Drawing, DrawingFailure>) -> Void = { [self] drawn in
                job.queue.async { [self] in ended(ticket, job.generation, drawn) }
            }
            switch result {
            case .failure(let error as StoaError): done(.failure(DrawingFailure(error)))
            case .failure(let error):
                log("A page could not be drawn: \(error)")
                done(.failure(DrawingFailure(StoaError(.internal, "Something went wrong on the server."))))
            case .success:
                runtime.draw(job.payload, of: place.bot, for: place.person, in: place.chat, completion: done)
            }
        }
    }

    private func ended(_ ticket: Ticket, _ generation: UInt64, _ result: Result<Drawing, DrawingFailure>) {
        let id = ticket.view
        let outcome = Result<(Page, PageReads), DrawingFailure> {
            () throws(DrawingFailure) in
            let drawing = try result.get()
            do throws(StoaError) {
                return (try Self.page(of: drawing), drawing.reads)
            } catch {
                throw DrawingFailure(error, reads: drawing.reads)
            }
        }
        let before = withState { state -> OpenView? in
            guard let view = state.views[id], view.generation == generation, view.drawingNow == ticket.number else { return nil }
            return view
        }
        if let before {
            switch outcome {
            case .success(let (page, reads)): show(page, reads, in: id, before)
            case .failure(let error): fail(id, error, before)
            }
        }
        finish(ticket)
    }

    /// What a stream can take at once without being cut off as slow.
    private static let maxTreeBytes = 512 << 10

    /// What a page's function gave.
    private struct Page {
        let tree: Node
        let showsPresence: Bool
        /// Milliseconds since 1970 UTC.
        let redrawAt: Int64?
        /// Of the app's texts (BCP 47); nil when it has none.
        let language: String?
    }

    /// - Throws: ``StoaError/Code/pageNotFound``, ``StoaError/Code/appFailed``.
    private static func page(of drawing: Drawing) throws(StoaError) -> Page {
        guard let answer = drawing.values.first, answer["missing"] == nil else {
            throw StoaError(.pageNotFound, "The app has no such page.")
        }
        let tree = try Node(answer["tree"] ?? .null)
        guard tree.bytes <= maxTreeBytes else {
            throw StoaError(
                .appFailed, "The page is too large: it takes more than \(maxTreeBytes >> 10) KiB. Show less, or in a list.")
        }
        return Page(
            tree: tree, showsPresence: answer["present"] == .bool(true), redrawAt: answer["redraw_at"]?.intValue,
            language: answer["lang"]?.stringValue.flatMap(ViewRequest.tag))
    }

    /// Sends what is new. Only the one drawing of a view that is under way comes here, so frames leave in the order of their
    /// versions.
    private func show(_ page: Page, _ reads: PageReads, in id: ViewID, _ before: OpenView) {
        let tree = page.tree
        let redrawAt = Self.redraw(page.redrawAt, after: messaging.clock.now())
        let steps = before.tree.map { TreeDiff.steps(from: $0, to: tree) }
        let isSame = steps?.isEmpty == true
        let version = before.version + (isSame ? 0 : 1)
        let acted = withState { state -> [String]? in
            guard var view = state.views[id], view.generation == before.generation else { return nil }
            view.treeBefore = isSame ? view.treeBefore : view.tree
            view.tree = tree
            view.reads = reads
            view.showsPresence = page.showsPresence
            view.redrawAt = redrawAt
            view.version = version
            let acted = view.actedInDrawing
            view.actedInDrawing = []
            state.views[id] = view
            state.readers.set(id, of: view.place.bot, reads)
            return acted
        }
        // It was led to another page meanwhile.
        guard let acted else { return }
        if let redrawAt { schedule(redrawAt) }
        if let steps {
            if !isSame { before.sink.send(.patch(steps, from: before.version, version: version), about: id.name) }
        } else {
            let place = before.place
            before.sink.send(
                .tree(
                    tree, version: version, page: before.request.page, app: place.app, chat: place.chat.id,
                    language: page.language), about: id.name)
        }
        for nonce in acted { before.sink.send(.acted(nonce: nonce, nil), about: id.name) }
    }

    private func fail(_ id: ViewID, _ failure: DrawingFailure, _ before: OpenView) {
        let error = failure.error
        let acted = withState { state -> [String]? in
            guard var view = state.views[id], view.generation == before.generation else { return nil }
            // Drawn anew it is sent as a whole: the client shows the error meanwhile.
            view.tree = nil
            let acted = view.actedInDrawing
            view.actedInDrawing = []
            // What it went by may be what made it fail: when that changes, it is drawn again.
            if let reads = failure.reads { view.reads = reads }
            state.views[id] = view
            state.readers.set(id, of: view.place.bot, view.reads)
            return acted
        }
        // It was led to another page meanwhile.
        guard let acted else { return }
        for nonce in acted { before.sink.send(.acted(nonce: nonce, nil), about: id.name) }
        before.sink.send(.failed(error), about: id.name)
        // Who is no member any more is not there any more either.
        if error.code == .chatNotFound { close([id]) }
    }

    /// The drawing is over: this view's next one, if something changed meanwhile, and one that waited.
    private func finish(_ ticket: Ticket) {
        let (again, next) = withState { state -> (Bool, Ticket?) in
            var again = false
            if let view = state.views[ticket.view], view.drawingNow == ticket.number {
                let isOutdated = view.reads?.contains(any: view.writtenMeanwhile) ?? !view.writtenMeanwhile.isEmpty
                again = view.isStale || isOutdated
                state.setDrawing(nil, of: ticket.view)
            }
            state.underWay += 1
            return (again, state.freeRoom(of: ticket.bot))
        }
        if again { draw([ticket.view]) }
        if let next { begin(next) }
        over()
    }
}

/// One drawing of one view.
struct Ticket: Sendable {
    let view: ViewID
    let bot: AccountID
    /// Unique in this process.
    let number: UInt64
}

/// The drawings of one app that wait for others to end, first come first served.
struct TicketQueue: Sendable {
    private var tickets: [Ticket] = []
    private var head = 0

    mutating func append(_ ticket: Ticket) { tickets.append(ticket) }

    mutating func next() -> Ticket? {
        guard head < tickets.count else { return nil }
        defer {
            head += 1
            // What has been taken out is let go of now and then, so that neither end costs more the longer it is.
            if head > 64, head * 2 > tickets.count {
                tickets.removeFirst(head)
                head = 0
            }
        }
        return tickets[head]
    }
}

extension Views.State {
    /// Whether a drawing of the app may begin; if not, it waits for ``freeRoom(of:)``.
    mutating func hasRoom(for ticket: Ticket) -> Bool {
        guard drawings[ticket.bot, default: 0] < Views.maxDrawings else {
            waiting[ticket.bot, default: TicketQueue()].append(ticket)
            return false
        }
        drawings[ticket.bot, default: 0] += 1
        return true
    }

    /// A drawing of the app is over. The one that begins in its place, if one waits.
    mutating func freeRoom(of bot: AccountID) -> Ticket? {
        while let first = waiting[bot]?.next() {
            if views[first.view]?.drawingNow == first.number { return first }
        }
        waiting[bot] = nil
        let left = (drawings[bot] ?? 1) - 1
        drawings[bot] = left > 0 ? left : nil
        return nil
    }
}
