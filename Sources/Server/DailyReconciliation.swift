import Ledger
import Model
import Operations
import PaymentProviders
import Runtime

/// Compares each provider's books with the ledger once a day, and tells the operator of each difference.
struct DailyReconciliation: Sendable {
    private static let interval: Int64 = 24 * 3600 * 1000
    /// What a provider is asked about: more than since the last time, as it may settle late.
    private static let days: Int64 = 7

    let wallets: Wallets
    let alarms: Alarms
    let log: @Sendable (String) -> Void

    func start() {
        guard !wallets.topUps.offered.isEmpty else { return }
        alarms.at(Clock.system.now() + Self.interval) {
            Task {
                await run()
                start()
            }
        }
    }

    private func run() async {
        for provider in wallets.topUps.offered {
            do {
                for difference in try await wallets.reconcile(provider.name, days: Self.days) {
                    log("\(provider.name) and the ledger differ: \(difference.kind.rawValue): \(difference.text)")
                }
            } catch {
                log("\(provider.name) could not be compared with the ledger: \(error)")
            }
        }
    }
}
