package import Database
package import Ledger
package import Model
import Synchronization

/// Asks the providers, takes their word into the ledger, and asks again where there was none. What is open lies in the
/// database, so a restart goes on with it.
package final class TopUpDesk: Sendable {
    private let database: Database
    package let topUps: TopUps
    private let providers: [TopUp.Provider: any PaymentProvider]
    private let at: @Sendable (Int64, @escaping @Sendable () -> Void) -> Void
    private let moved: @Sendable (TopUp, Bool, Transaction) throws -> Void
    private let log: @Sendable (String) -> Void
    /// What is being asked about at this moment: nothing is asked twice at a time.
    private let asking = Mutex<Set<Int64>>([])
    /// How often in a row something could not be pursued.
    private let troubles = Mutex<[Int64: Int64]>([:])
    private let nextAlarm = Mutex<Int64>(Int64.max)

    /// - Parameters:
    ///   - at: calls back at a time (milliseconds since 1970 UTC).
    ///   - moved: tells the person, in the transaction that changed their top-up; with whether money moved in it.
    package init(
        database: Database, topUps: TopUps, providers: [any PaymentProvider],
        at: @escaping @Sendable (Int64, @escaping @Sendable () -> Void) -> Void,
        moved: @escaping @Sendable (TopUp, Bool, Transaction) throws -> Void, log: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.topUps = topUps
        self.providers = Dictionary(providers.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        self.at = at
        self.moved = moved
        self.log = log
    }

    /// The providers that people can use.
    package var offered: [TopUp.Provider] { TopUp.Provider.allCases.filter { $0 != .internal && providers[$0] != nil } }

    /// - Throws: ``StoaError/Code/providerUnavailable``.
    package func provider(_ kind: TopUp.Provider) throws(StoaError) -> any PaymentProvider {
        guard let found = providers[kind] else {
            throw StoaError(.providerUnavailable, "This server is not set up for \(kind.name). Its operator can do that.")
        }
        return found
    }

    package func start() { check() }

    private func schedule(_ time: Int64) {
        let isSooner = nextAlarm.withLock { next in
            guard time < next else { return false }
            next = time
            return true
        }
        if isSooner { at(time) { [weak self] in self?.check() } }
    }

    /// Asks about what is due, each in a task of its own.
    private func check() {
        nextAlarm.withLock { $0 = Int64.max }
        database.read { [topUps] in
            try topUps.due(in: $0)
        } completion: { [self] result in
            switch result {
            case .success(let due):
                for topUp in due.topUps { begin(topUp.id.value) { try await self.pursue(topUp) } }
                for refund in due.refunds { begin(refund.id.value) { try await self.pursue(refund) } }
                let isFull = due.topUps.count == 16 || due.refunds.count == 16
                if isFull { schedule(topUps.ledger.clock.now() + 200) } else if let next = due.next { schedule(next) }
            case .failure(let error):
                log("Top-ups could not be looked through: \(error). Trying again in a second.")
                schedule(topUps.ledger.clock.now() + 1000)
            }
        }
    }

    private func begin(_ number: Int64, _ work: @escaping @Sendable () async throws -> Void) {
        guard asking.withLock({ $0.insert(number).inserted }) else { return }
        Task {
            do {
                try await work()
                troubles.withLock { $0[number] = nil }
                // Its row says when it is to be looked at again.
                finish(number)
            } catch {
                log("The top-up or refund \(number) could not be pursued: \(error)")
                // Its row says that it is due, as nothing could be written: without a pause this would go round and round.
                let before = troubles.withLock { troubles in
                    defer { troubles[number, default: 0] += 1 }
                    return troubles[number] ?? 0
                }
                at(topUps.ledger.clock.now() + TopUps.pause(after: before)) { [weak self] in self?.finish(number) }
            }
        }
    }

    private func finish(_ number: Int64) {
        asking.withLock { _ = $0.remove(number) }
        check()
    }

    /// Takes one step with a top-up: makes it known, asks for the money, or asks what became of it.
    /// - Throws: ``StoaError/Code/conflict`` when something else was paid than what was asked for, and what the database throws.
    @discardableResult
    package func pursue(_ open: TopUp) async throws -> TopUp {
        let word: TopUps.Word
        do throws(ProviderFailure) {
            word = try await ask(about: open)
        } catch .silent(let why) {
            log("\(open.provider.name) did not answer about the top-up \(open.id): \(why)")
            word = .silent
        } catch .refused(let failure) {
            word = .failed(failure)
        }
        do {
            return try await database.write { [topUps, moved] tx in
                let taken = try topUps.take(word, about: open.id, in: tx)
                if taken.topUp != open { try moved(taken.topUp, taken.moved, tx) }
                return taken.topUp
            }
        } catch let error as StoaError where error.code == .conflict {
            log("\(error.message) Nothing was credited: compare both with \"stoa reconcile\".")
            return try await database.write { [topUps] in try topUps.take(.silent, about: open.id, in: $0).topUp }
        }
    }

    private func ask(about open: TopUp) async throws(ProviderFailure) -> TopUps.Word {
        let provider = try providerOrSilence(open.provider)
        let isOver = open.createdAt + TopUps.openFor <= topUps.ledger.clock.now()
        if let reference = open.reference {
            guard isOver else { return try await provider.pay(open, reference) }
            let word = try await provider.cancel(open, reference)
            if case .failed = word { return .failed(Self.notPaid) }
            return word
        }
        // Nobody was told what to pay there, so nobody can have paid it.
        guard !isOver else { return .failed(Self.notPaid) }
        let made = try await provider.prepare(open)
        do {
            _ = try await database.write { [topUps] in
                try topUps.name(open.id, made.name, clientSecret: made.clientSecret, in: $0)
            }
        } catch { throw .silent("\(error)") }
        return try await provider.pay(open, made.name)
    }

    private static let notPaid = TopUp.Failure(code: "expired", message: "It was not paid within a day.")

    private func pursue(_ refund: TopUpRefund) async throws {
        let topUp = try await database.read { [topUps] in try topUps.topUp(refund.topUp, in: $0) }
        let isDone: Bool?
        do throws(ProviderFailure) {
            guard let reference = topUp.reference else { throw .silent("the top-up has no name there") }
            isDone = try await providerOrSilence(topUp.provider).refund(refund, of: topUp, reference)
        } catch .silent(let why) {
            log("\(topUp.provider.name) did not answer about the refund \(refund.id): \(why)")
            isDone = nil
        } catch .refused {
            isDone = false
        }
        try await database.write { [topUps, moved] tx in
            let taken = try topUps.take(isDone, about: refund.id, in: tx)
            if taken.moved { try moved(taken.topUp, true, tx) }
        }
    }

    private func providerOrSilence(_ kind: TopUp.Provider) throws(ProviderFailure) -> any PaymentProvider {
        guard let found = providers[kind] else { throw .silent("this server is not set up for it any more") }
        return found
    }

    /// A webhook says that there is news. - Returns: false for one that came before.
    package func heard(_ hint: StripeWebhook.Hint) async throws -> Bool {
        let isNew = try await database.write { [topUps] tx in
            guard try topUps.isNew(event: hint.event, of: .stripe, in: tx) else { return false }
            if let intent = hint.intent, let topUp = try topUps.find(reference: intent, of: .stripe, in: tx) {
                try topUps.hurry(topUp.id, in: tx)
            }
            return true
        }
        if isNew { check() }
        return isNew
    }

    /// Asks about a top-up at once and waits for what comes of it.
    package func pursueNow(_ id: TopUpID) async throws -> TopUp {
        let topUp = try await database.read { [topUps] in try topUps.topUp(id, in: $0) }
        guard topUp.state.isOpen, asking.withLock({ $0.insert(id.value).inserted }) else { return topUp }
        defer {
            asking.withLock { _ = $0.remove(id.value) }
            check()
        }
        return try await pursue(topUp)
    }

    /// Looks whether there is something to ask about: a refund was put down.
    package func hurry() { check() }
}
