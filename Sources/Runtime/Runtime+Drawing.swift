import Apps
import Database
import Messaging
package import Model
package import Sandbox

/// What a run gave that draws a page.
package struct Drawing: Sendable {
    /// What the SDK gave back.
    package let values: [BridgeValue]
    package let reads: PageReads
}

/// Why a page could not be drawn, and what the run had gone by until then.
package struct DrawingFailure: Error {
    package let error: StoaError
    package let reads: PageReads?

    package init(_ error: StoaError, reads: PageReads? = nil) {
        self.error = error
        self.reads = reads
    }
}

/// What the drawing of a page went by.
package struct PageReads: Sendable {
    /// Keys of the store that it read, also those that were not there.
    package let keys: Set<StoreKey>
    /// Beginnings of keys that it listed. Of very many only where they lie: then any key there counts.
    package let prefixes: Set<StoreKey>
    /// Whether it asked about payments or products.
    package let money: Bool

    /// Whether a write to one of these keys changes what it went by.
    package func contains(any written: [StoreKey]) -> Bool {
        // To look at more of them would take longer than to draw.
        guard written.count <= 1000 else { return true }
        return written.contains { key in
            keys.contains(key)
                || prefixes.contains { prefix in
                    prefix.scope == key.scope && prefix.scopeID == key.scopeID && key.key.utf8.starts(with: prefix.key.utf8)
                }
        }
    }
}

/// Runs that only read: a page's function, from what is stored to what is shown. Nothing is committed, so nothing is queued.
extension Runtime {
    private struct Draft: Sendable {
        let turn: Turn
        let program: Programs.Program
        let completion: @Sendable (Result<Drawing, DrawingFailure>) -> Void
    }

    /// - Parameters:
    ///   - payload: what is to be drawn, encoded as it crosses the bridge.
    ///   - completion: called on the sandbox's loop, a reader's thread or at once. The error is ``StoaError/Code/appFailed`` when
    ///     the page's code did not work, ``StoaError/Code/appStopped`` for an app of which nothing runs.
    package func draw(
        _ payload: [UInt8], of bot: AccountID, for person: Account, in chat: Chat,
        completion: @escaping @Sendable (Result<Drawing, DrawingFailure>) -> Void
    ) {
        let rollout = withState { $0.rollouts[bot] }
        guard let rollout, !rollout.isStopped, let version = rollout.version(for: chat.id) else {
            return completion(.failure(DrawingFailure(StoaError(.appStopped, "This app does not run at present."))))
        }
        programs.use(version, of: bot) { [self] result in
            switch result {
            case .failure(let error):
                let reason = "The app could not be loaded: \(Self.describe(error))"
                completion(.failure(DrawingFailure(StoaError(.appFailed, reason))))
            case .success(let program):
                let first = ids.block(1 + Turn.idCount)
                let update = Update(
                    id: UpdateID(first), bot: bot, kind: .draw, chat: chat, person: person, payload: payload, date: clock.now())
                let turn = Turn(
                    id: TurnID(first), update: update, app: program.app, version: program.version,
                    conversation: ConversationID(first), wait: nil, isPersonAsked: false, now: clock.now(),
                    seed: limits.drawingSeed ?? limits.seed(update.id, 0), firstID: first + 1, rerun: 0)
                counters.add(\.drawings)
                sandbox.start(
                    program.vm, conversation: UInt64(first), module: bridge.entry,
                    arguments: [
                        bridge.arguments(for: update, in: turn), bridge.context(of: program.version, of: program.app),
                    ], budget: TurnBudget(seed: turn.seed)
                ) { [self] in
                    received($0, Draft(turn: turn, program: program, completion: completion))
                }
            }
        }
    }

    private func received(_ reply: SandboxReply, _ draft: Draft) {
        do {
            for effect in reply.effects { try bridge.effect(effect, in: draft.turn) }
        } catch {
            return failed(draft, Self.describe(error), isOver: false)
        }
        switch reply.outcome {
        case .finished(let values):
            keepLogs(of: draft)
            draft.completion(.success(Drawing(values: values, reads: Self.reads(of: draft))))
        case .called(let name, let arguments): answer(name, arguments, draft)
        case .failed(let message, let traceback): failed(draft, draft.program.explain(message, traceback: traceback))
        case .stopped(_, let message): failed(draft, message)
        case .lost(let reason, _): failed(draft, reason)
        }
    }

    private static func reads(of draft: Draft) -> PageReads {
        let turn = draft.turn
        return PageReads(
            keys: Set(turn.store.keysRead), prefixes: few(turn.store.prefixesRead), money: turn.readsMoney)
    }

    private static func few(_ prefixes: [StoreKey]) -> Set<StoreKey> {
        let all = Set(prefixes)
        return all.count <= 256 ? all : Set(all.map { StoreKey(scope: $0.scope, scopeID: $0.scopeID, key: "") })
    }

    private func answer(_ name: String, _ arguments: [BridgeValue], _ draft: Draft) {
        switch bridge.call(name, arguments, in: draft.turn) {
        case .now(let values): resume(draft, name, arguments, .success(values))
        case .failure(let message): resume(draft, name, arguments, .failure(BridgeFailure(message: message)))
        case .wait, .restart:
            resume(draft, name, arguments, .failure(BridgeFailure(message: "\(name): a page cannot wait.")))
        case .read(let body):
            let turn = draft.turn
            database.read { tx in
                try body(tx, turn)
            } completion: { [self] result in
                switch result {
                case .success(let values): resume(draft, name, arguments, .success(values))
                case .failure(let error as StoaError):
                    resume(draft, name, arguments, .failure(BridgeFailure(message: error.message)))
                case .failure(let error): failed(draft, "\(name): \(error)", isOver: false)
                }
            }
        }
    }

    private func resume(
        _ draft: Draft, _ name: String, _ arguments: [BridgeValue], _ result: Result<[BridgeValue], BridgeFailure>
    ) {
        do throws(StoaError) {
            // Nothing of it is kept, but a page may ask no more than a turn.
            try draft.turn.journal(JournaledCall(name: name, arguments: arguments, result: result, microseconds: 0))
        } catch {
            return failed(draft, error.message, isOver: false)
        }
        sandbox.resume(
            draft.program.vm, conversation: UInt64(draft.turn.conversation.value), result: result, newTurn: nil
        ) { [self] in
            received($0, draft)
        }
    }

    /// - Parameter isOver: whether the sandbox has forgotten the run already.
    private func failed(_ draft: Draft, _ reason: String, isOver: Bool = true) {
        if !isOver { sandbox.drop(draft.program.vm, conversation: UInt64(draft.turn.conversation.value)) }
        keepLogs(of: draft, error: reason)
        let error = StoaError(.appFailed, "The page could not be drawn. Its developer finds the reason in the log.")
        draft.completion(.failure(DrawingFailure(error, reads: Self.reads(of: draft))))
    }

    /// A page may be drawn a thousand times a second: of what it logs, that of one drawing a second is kept.
    private func mayLog(_ bot: AccountID, isError: Bool, at now: Int64) -> Bool {
        // What goes wrong is told beside what the app tells.
        let kind: WritableKeyPath<State, [AccountID: Int64]> = isError ? \.lastPageErrors : \.lastPageLogs
        return withState { state in
            guard now - (state[keyPath: kind][bot] ?? 0) >= 1000 else { return false }
            state[keyPath: kind][bot] = now
            return true
        }
    }

    private func keepLogs(of draft: Draft, error: String? = nil) {
        let turn = draft.turn
        guard error != nil || !turn.logs.isEmpty, mayLog(turn.update.bot, isError: error != nil, at: turn.now) else { return }
        database.write { tx in
            try Logs.append(turn, error: error, in: tx)
        } completion: { [log] result in
            if case .failure(let error) = result { log("What a page logged could not be kept: \(error)") }
        }
    }
}
