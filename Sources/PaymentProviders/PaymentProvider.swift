package import Ledger
package import Model

/// Who brings money in and takes it out again: a bank's, a card's, the operator's own till.
///
/// A provider is asked over a network that loses questions and answers. So it is told the name of what it is asked for first,
/// which moves nothing; then it is asked to move the money; and who gets no answer asks what became of it, by that name.
package protocol PaymentProvider: Sendable {
    var kind: TopUp.Provider { get }

    /// Whether it takes that currency and amount. - Throws: ``StoaError``.
    func check(_ money: Money) throws(StoaError)
    /// Makes it known to the provider. Nothing is paid by it, however often it is done.
    func prepare(_ topUp: TopUp) async throws(ProviderFailure) -> ProviderReference
    /// Asks for the person's money, if it was not asked for; else tells what became of it.
    func pay(_ topUp: TopUp, _ reference: String) async throws(ProviderFailure) -> TopUps.Word
    /// Has it that the person cannot pay any more; tells what became of it, which may be that they have.
    func cancel(_ topUp: TopUp, _ reference: String) async throws(ProviderFailure) -> TopUps.Word
    /// Gives money back, if it was not; true once it is done, false when the provider refuses, nil while it has not decided.
    func refund(_ refund: TopUpRefund, of topUp: TopUp, _ reference: String) async throws(ProviderFailure) -> Bool?
    /// What was made since a time (milliseconds since 1970 UTC), and what was given back of that, to be compared with the ledger.
    func list(since time: Int64) async throws(ProviderFailure) -> [ProviderEntry]
}

package struct ProviderReference: Sendable, Equatable {
    package let name: String
    /// With which the person's client goes on at the provider.
    package let clientSecret: String?
}

/// What a provider has in its own books.
package struct ProviderEntry: Sendable, Equatable {
    package let reference: String
    /// Our number of it, as the provider was told; nil for what others have made there.
    package let topUp: TopUpID?
    package let isPaid: Bool
    package let money: Money?
    package let refunded: Int64
}

/// Why a provider has not done what it was asked.
package enum ProviderFailure: Error, Sendable, Equatable {
    /// No answer, or one that says nothing: whether it did is unknown.
    case silent(String)
    /// It said no, and has done nothing.
    case refused(TopUp.Failure)
}
