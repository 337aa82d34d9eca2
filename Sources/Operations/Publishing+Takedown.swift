import Apps
import Bridge
import Database
import Messaging
import Model

/// Stopping an app, and its publisher's say in it.
extension Publishing {
    /// Nothing of the app runs any more; what it is sent waits, in case that the takedown is lifted.
    package func takeDown(_ name: String, reason: String, by actor: Actor) async throws {
        try actor.requireOperator()
        try await change(name, .takenDown, "because: \(reason)", by: actor) { [messaging, deployments] app, now, tx in
            let id = TakedownID(messaging.ids.next())
            try Takedowns.takeDown(app, reason: reason, by: actor.name, id: id, now: now, in: tx)
            if let trial = try Trials.end(of: app.id, in: tx) { try deployments.apply(trial, in: tx) }
        }
    }

    /// By somebody of the app's publisher, once; or in their name by who has the console. An operator who is signed in cannot use
    /// it up for them.
    package func appeal(_ name: String, text: String, by actor: Actor) async throws {
        try await change(name, .appealed, "saying: \(text)", by: actor) { app, now, tx in
            try Self.requireOwnMember(of: app.publisher, by: actor, in: tx)
            try Takedowns.appeal(app, text: text, by: actor.name, now: now, in: tx)
        }
    }

    /// - Parameter lifts: the app runs again, and is given what it was sent meanwhile.
    package func answer(_ name: String, text: String, lifts: Bool, by actor: Actor) async throws {
        try actor.requireOperator()
        try await change(name, .takedownAnswered, "\(lifts ? "lifted" : "upheld"): \(text)", by: actor) { app, now, tx in
            try Takedowns.answer(app, text: text, lifts: lifts, by: actor.name, now: now, in: tx)
        }
    }

    private func change(
        _ name: String, _ kind: Audit.Kind, _ details: String, by actor: Actor,
        _ body: @escaping @Sendable (App, Int64, Transaction) throws -> Void
    ) async throws {
        try await database.write { [messaging, audit, deployments] tx in
            let app = try Self.requireApp(name, in: tx)
            let now = messaging.clock.now()
            try body(app, now, tx)
            try audit.append(Audit.Entry(kind, by: actor.name, bot: app.account, "\(app.name) \(details)"), now: now, in: tx)
            try deployments.apply(app.account, in: tx)
        }
    }
}
