import Apps
import Bridge
package import Database
package import Ledger
import Messaging
package import Model
package import PaymentProviders

/// Money that people bring in, and take out to where it came from.
extension Wallets {
    /// - Throws: ``StoaError``: `badRequest` where that provider is not set up, `invalidAmount`, `quotaExceeded`.
    package func topUp(
        _ money: Money, by provider: String, method: String?, of person: Account, in tx: Transaction
    ) throws -> TopUp {
        guard let kind = topUps.offered.first(where: { $0.name == provider }) else {
            throw StoaError(
                .badRequest, "This server has no provider \(provider.prefix(32)). Its operator can set one up.")
        }
        try topUps.provider(kind).check(money)
        let made = try topUps.topUps.create(
            TopUpID(messaging.ids.next()), money, of: person.id, by: kind, method: method, in: tx)
        try note(.toppedUp, by: person, of: nil, "\(money.text) by \(provider), top-up \(made.id)", in: tx)
        return made
    }

    package func topUps(of person: Account) async throws -> [TopUp] {
        try await database.read { [topUps] in try topUps.topUps.all(of: person.id, in: $0) }
    }

    /// - Throws: ``StoaError/Code/notFound`` to anybody else.
    package func topUp(_ id: TopUpID, of person: Account) async throws -> TopUp {
        let found = try await database.read { [topUps] in try topUps.topUps.topUp(id, in: $0) }
        guard found.person == person.id else { throw StoaError(.notFound, "There is no top-up \(id) of yours.") }
        return found
    }

    /// Puts the money aside and has the provider give it back.
    /// - Throws: ``StoaError``, as ``TopUps/refund(_:_:as:by:in:)``, and `pinRequired`.
    package func refundTopUp(
        _ id: TopUpID, _ amount: Int64?, by person: Account, _ proof: Proof, in tx: Transaction
    ) throws -> TopUp {
        try confirmed(person.id, proof, isNeeded: true, in: tx)
        let topUp = try topUps.topUps.refund(id, amount, as: newRefundID(), by: person.id, in: tx)
        try note(.withdrew, by: person, of: nil, "top-up \(id)", in: tx)
        try desk.announceWallets(of: [person.id], in: tx)
        tx.afterCommit { [topUps] in topUps.hurry() }
        return topUp
    }

    /// Compares a provider's books with the ledger.
    /// - Parameter days: how far back.
    /// - Throws: ``StoaError``: `badRequest` where it is not set up, `providerUnavailable` when it does not answer.
    package func reconcile(_ provider: String, days: Int64) async throws -> [Reconciliation.Difference] {
        guard let kind = topUps.offered.first(where: { $0.name == provider }) else {
            throw StoaError(.badRequest, "This server has no provider \(provider.prefix(32)). See \"serve --help\".")
        }
        return try await Reconciliation(database: database, desk: topUps)
            .run(kind, since: now - days * CivilDate.millisecondsPerDay)
    }
}
