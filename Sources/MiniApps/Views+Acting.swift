import Database
import Dispatch
import Messaging
package import Model
package import Runtime
import Sandbox

/// What people do on pages, and what becomes of it.
extension Views {
    /// Puts an action that the page offers into the app's inbox. Its end is told to the sink once the page is drawn anew.
    package func act(_ action: ViewAction, sink: any ViewSink) {
        let id = ViewID(sink: sink.viewSinkID, name: action.view)
        begun()
        // As the page is now: it may be closed right after.
        let (view, queue) = withState { state in
            let number = state.next()
            state.views[id]?.touched = number
            return (state.views[id], state.queue(of: id))
        }
        // The app's tree and its rules are the app's to pay for: the clients' loop does not wait for them.
        queue.async { [self] in
            take(action, on: view, id, sink)
            over()
        }
    }

    private func take(_ action: ViewAction, on view: OpenView?, _ id: ViewID, _ sink: any ViewSink) {
        do {
            let (view, offer, input) = try accept(action, on: view)
            let place = view.place
            begun()
            database.write { [messaging] tx in
                let input = try input.naming(
                    files: { try messaging.description(of: FileID($0), from: place.person.id, in: tx) }, for: offer.node)
                return try messaging.act(
                    view.payload(of: action.action, arguments: offer.arguments, input), nonce: action.nonce, on: place.bot,
                    by: place.person, in: place.chat.id, tx: tx)
            } completion: { [self] result in
                defer { over() }
                switch result {
                case .success(let update?):
                    withState { $0.pending[update] = PendingAction(view: id, nonce: action.nonce, person: place.person.id) }
                // It was done before: its end is told here if it has not come yet, else what it did is on the page.
                case .success(nil):
                    let isPending = withState { $0.tell(id, of: action.nonce, by: place.person.id) }
                    if !isPending { sink.send(.acted(nonce: action.nonce, nil), about: action.view) }
                case .failure(let error as StoaError): sink.send(.acted(nonce: action.nonce, error), about: action.view)
                case .failure(let error):
                    log("An action could not be kept: \(error)")
                    let error = StoaError(.internal, "Something went wrong on the server. Try again.")
                    sink.send(.acted(nonce: action.nonce, error), about: action.view)
                }
            }
        } catch let invalid as InvalidInput {
            sink.send(.notes([.invalid(invalid.fields)]), about: action.view)
            let what = invalid.fields.map { "\($0.name): \($0.text)" }.joined(separator: " ")
            sink.send(.acted(nonce: action.nonce, StoaError(.badRequest, what)), about: action.view)
        } catch {
            let error = error as? StoaError ?? StoaError(.internal, "Something went wrong on the server.")
            sink.send(.acted(nonce: action.nonce, error), about: action.view)
        }
    }

    /// - Throws: ``InvalidInput``; ``StoaError``: `viewNotFound`, `actionNotOffered`.
    private func accept(
        _ action: ViewAction, on view: OpenView?
    ) throws -> (view: OpenView, offer: (node: Node, arguments: [BridgeValue]), input: ActionInput) {
        guard let view, let tree = view.tree else {
            throw StoaError(.viewNotFound, "This page is not open any more. Open it again.")
        }
        let now = messaging.clock.now()
        let offer =
            action.action.offered(by: tree, with: action.input, now: now)
            ?? view.treeBefore.flatMap { action.action.offered(by: $0, with: action.input, now: now) }
        guard let offer else {
            throw StoaError(.actionNotOffered, "The page does not offer this any more.")
        }
        let language = Language(accepting: view.request.language)
        return (view, offer, try action.input.checked(for: offer.node, in: language))
    }

    // MARK: TurnObserver

    package func ended(_ turn: EndedTurn) {
        // Most turns are those of apps of which no page is open.
        let queue = withState { state -> DispatchQueue? in
            guard state.byBot[turn.bot] != nil || state.pending[turn.update] != nil else { return nil }
            return state.queues[turn.bot] ?? Self.queue
        }
        guard let queue else { return }
        begun()
        // A turn may have written much, and many pages may be open: the database's thread does not wait for it. On the app's
        // queue what its turns say to a page comes in their order.
        queue.async { [self] in
            follow(turn)
            over()
        }
    }

    private func follow(_ turn: EndedTurn) {
        let readers = withState { state -> [(id: ViewID, reads: PageReads)] in
            // What is drawn now may have read the value before.
            for id in state.beingDrawn[turn.bot] ?? [] {
                if (state.views[id]?.writtenMeanwhile.count ?? 0) + turn.written.count > 1000 {
                    state.views[id]?.isStale = true
                } else {
                    state.views[id]?.writtenMeanwhile += turn.written
                }
            }
            // What an app knows of a person who wants to be forgotten was deleted beside its turns.
            let concerned =
                turn.kind == .forgotten
                ? state.byBot[turn.bot] ?? [] : state.readers.concerned(by: turn.written, of: turn.bot)
            return concerned.compactMap { id in state.views[id]?.reads.map { (id, $0) } }
        }
        // Money has no keys: what shows it is drawn after every turn of its app.
        var redrawn = readers.filter { _, reads in
            turn.kind == .forgotten || reads.money || reads.contains(any: turn.written)
        }.map(\.id)
        let own = withState { state -> (id: ViewID, sink: any ViewSink, nonce: String?)? in
            let pending = state.pending.removeValue(forKey: turn.update)
            // Of a connection that was lost, the page on which the person goes on is told.
            let asked = pending.flatMap { state.views[$0.view] == nil ? nil : $0.view }
            let target = asked ?? (turn.notes.isEmpty && pending == nil ? nil : state.active(of: turn))
            guard let target, let view = state.views[target] else { return nil }
            if let pending, turn.failure == nil {
                state.views[target]?.acted.append(pending.nonce)
                if !redrawn.contains(target) { redrawn.append(target) }
            }
            return (target, view.sink, pending?.nonce)
        }
        if let own {
            if !turn.notes.isEmpty { own.sink.send(.notes(turn.notes), about: own.id.name) }
            if turn.failure != nil, let nonce = own.nonce {
                let error = StoaError(.appFailed, "That did not work. Its developer finds the reason in the app's log.")
                own.sink.send(.acted(nonce: nonce, error), about: own.id.name)
            }
        }
        draw(redrawn)
    }

    /// What is open is drawn by the version that is live now.
    package func served(_ bot: AccountID) { draw(withState { Array($0.byBot[bot] ?? []) }) }
}

/// An action that is in its app's inbox, and whom to tell of its end.
struct PendingAction: Sendable {
    var view: ViewID
    let nonce: String
    let person: AccountID
}

extension Views.State {
    /// Where what is done on a view is taken in: its app's queue.
    func queue(of id: ViewID) -> DispatchQueue { views[id].flatMap { queues[$0.place.bot] } ?? Views.queue }

    /// Has another view of the person told of the end of an action.
    /// - Returns: whether it is to come yet.
    mutating func tell(_ view: ViewID, of nonce: String, by person: AccountID) -> Bool {
        guard let update = pending.first(where: { $0.value.nonce == nonce && $0.value.person == person })?.key else {
            return false
        }
        pending[update]?.view = view
        return true
    }

    /// The page on which the person acted last, in the chat that a turn is about.
    func active(of turn: EndedTurn) -> ViewID? {
        (byBot[turn.bot] ?? []).filter { id in
            views[id]?.place.person.id == turn.person && views[id]?.place.chat.id == turn.chat
        }.max { (views[$0]?.touched ?? 0) < (views[$1]?.touched ?? 0) }
    }
}

extension Messaging {
    /// What an app is told of a file that a person hands to it on a page.
    /// - Throws: ``StoaError/Code/fileNotFound`` unless the person has uploaded it.
    fileprivate func description(of id: FileID, from person: AccountID, in tx: ReadTransaction) throws -> BridgeValue {
        let file = try readableFile(id, by: person, in: tx)
        guard file.owner == person else {
            throw StoaError(.fileNotFound, "Only files that you have uploaded yourself can be given.")
        }
        return ["id": .int(id.value), "name": .string(file.name), "size": .int(file.size), "type": .string(file.mime)]
    }
}
