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
        do {
            let (view, offer, input) = try accept(action, id)
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
                case .success(let update?): withState { $0.pending[update] = (id, action.nonce) }
                // It was done before: what it did is on the page, or will be.
                case .success(nil): sink.send(.acted(nonce: action.nonce, nil), about: action.view)
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
        _ action: ViewAction, _ id: ViewID
    ) throws -> (view: OpenView, offer: (node: Node, arguments: [BridgeValue]), input: ActionInput) {
        let view = withState { state in
            let number = state.next()
            state.views[id]?.touched = number
            return state.views[id]
        }
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
        let drawings = withState { state -> [(id: ViewID, drawing: Drawing)] in
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
            return concerned.compactMap { id in state.views[id]?.drawing.map { (id, $0) } }
        }
        // Money has no keys: what shows it is drawn after every turn of its app.
        var redrawn = drawings.filter { _, drawing in
            turn.kind == .forgotten || drawing.readsMoney || drawing.reads(any: turn.written)
        }.map(\.id)
        let own = withState { state -> (id: ViewID, sink: any ViewSink, nonce: String?)? in
            let pending = state.pending.removeValue(forKey: turn.update)
            let target = pending?.view ?? (turn.notes.isEmpty ? nil : state.active(of: turn))
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

extension Views.State {
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
