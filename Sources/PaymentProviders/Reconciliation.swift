package import Database
package import Ledger
import Model

/// Compares what a provider has in its books with what the ledger says.
package struct Reconciliation: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The provider knows of a payment of ours that is not here.
        case missingHere = "missing_here"
        /// Here it is paid, there it is not, or not known.
        case missingThere = "missing_there"
        /// There it is paid, here it is not.
        case notCredited = "not_credited"
        case otherAmount = "other_amount"
        case otherRefund = "other_refund"
        /// The clearing account is not what its top-ups and refunds come to.
        case clearing
        /// What the provider has not answered yet.
        case open
    }

    package struct Difference: Sendable, Equatable {
        package let kind: Kind
        /// A sentence.
        package let text: String
    }

    /// Milliseconds by which the provider's time of a payment may come before ours.
    private static let slack: Int64 = 3600 * 1000

    private let database: Database
    private let desk: TopUpDesk

    package init(database: Database, desk: TopUpDesk) {
        self.database = database
        self.desk = desk
    }

    /// - Parameter time: milliseconds since 1970 UTC.
    /// - Throws: ``StoaError/Code/providerUnavailable``.
    package func run(_ kind: TopUp.Provider, since time: Int64) async throws -> [Difference] {
        let provider = try desk.provider(kind)
        let theirs: [ProviderEntry]
        do throws(ProviderFailure) { theirs = try await provider.list(since: time - Self.slack) } catch {
            throw StoaError(.providerUnavailable, "\(kind.name) does not answer: \(error). Try again later.")
        }
        let topUps = desk.topUps
        let ours = try await database.read { tx in
            let recent = try topUps.all(of: kind, since: time, in: tx)
            let known = Set(recent.map(\.reference))
            // What was asked for before that time and paid after it.
            let others = try theirs.filter { !known.contains($0.reference) }.compactMap {
                try topUps.find(reference: $0.reference, of: kind, in: tx)
            }
            return recent + others
        }
        var differences = compare(ours, theirs)
        differences += try await database.read { try clearing(kind, in: $0) }
        return differences
    }

    private func compare(_ ours: [TopUp], _ theirs: [ProviderEntry]) -> [Difference] {
        var found: [Difference] = []
        let byName = Dictionary(theirs.map { ($0.reference, $0) }, uniquingKeysWith: { first, _ in first })
        let known = Set(ours.compactMap(\.reference))
        for entry in theirs where entry.isPaid && entry.topUp != nil && !known.contains(entry.reference) {
            found.append(
                Difference(
                    kind: .missingHere,
                    text: "\(entry.reference) is paid there (\(entry.money?.text ?? "?")), but no top-up here has that name."))
        }
        for topUp in ours {
            let entry = topUp.reference.flatMap { byName[$0] }
            let isPaid = [.succeeded, .partlyRefunded, .refunded].contains(topUp.state)
            let name = "The top-up \(topUp.id) (\(topUp.money.text))"
            if topUp.state == .unknown { found.append(Difference(kind: .open, text: "\(name) has no answer yet.")) }
            if isPaid, entry?.isPaid != true {
                found.append(Difference(kind: .missingThere, text: "\(name) is credited here, but not paid there."))
            }
            guard let entry, entry.isPaid else { continue }
            if !isPaid { found.append(Difference(kind: .notCredited, text: "\(name) is paid there, but not credited here.")) }
            if entry.money != topUp.money {
                found.append(Difference(kind: .otherAmount, text: "\(name) is \(entry.money?.text ?? "?") there."))
            }
            if isPaid, entry.refunded != topUp.refunded {
                let (there, here) = (Money(entry.refunded, topUp.money.currency), Money(topUp.refunded, topUp.money.currency))
                found.append(
                    Difference(kind: .otherRefund, text: "\(name): \(there.text) were given back there, \(here.text) here."))
            }
        }
        return found
    }

    /// What came in less what went out is what the provider owes.
    private func clearing(_ kind: TopUp.Provider, in tx: ReadTransaction) throws -> [Difference] {
        var expected: [Currency: Int64] = [:]
        for topUp in try desk.topUps.all(of: kind, since: 0, in: tx)
        where [.succeeded, .partlyRefunded, .refunded].contains(topUp.state) {
            expected[topUp.money.currency, default: 0] += topUp.money.amount - topUp.refunded
        }
        let accounts = try desk.topUps.ledger.accounts(of: kind.rawValue, in: tx).filter { $0.kind == .clearing }
        return accounts.compactMap { account in
            let wanted = expected[account.currency] ?? 0
            guard -account.balance != wanted else { return nil }
            return Difference(
                kind: .clearing,
                text:
                    "The clearing account says \(Money(-account.balance, account.currency).text), its top-ups \(Money(wanted, account.currency).text)."
            )
        }
    }
}
