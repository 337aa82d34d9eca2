package import Ledger
package import Model

/// The operator's own till: what they issue is there at once, and they answer for it.
package struct InternalProvider: PaymentProvider {
    package let kind = TopUp.Provider.internal

    package init() {}

    package func check(_ money: Money) throws(StoaError) { try money.checkPayable() }

    package func prepare(_ topUp: TopUp) async throws(ProviderFailure) -> ProviderReference {
        ProviderReference(name: "till-\(topUp.id)", clientSecret: nil)
    }

    package func pay(_ topUp: TopUp, _ reference: String) async throws(ProviderFailure) -> TopUps.Word { .succeeded(topUp.money) }

    package func cancel(_ topUp: TopUp, _ reference: String) async throws(ProviderFailure) -> TopUps.Word {
        try await pay(topUp, reference)
    }

    package func refund(
        _ refund: TopUpRefund, of topUp: TopUp, _ reference: String
    ) async throws(ProviderFailure) -> Bool? { true }

    /// Its books are the ledger.
    package func list(since time: Int64) async throws(ProviderFailure) -> [ProviderEntry] { [] }
}
