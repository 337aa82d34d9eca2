package import Database
package import Model

/// Top-ups and their refunds. What a provider says may come twice, late and in any order; money moves once.
package struct TopUps: Sendable {
    /// Milliseconds between questions to a provider that does not answer; the last one stays.
    package static let pauses: [Int64] = [2, 5, 15, 60, 300, 900].map { $0 * 1000 }
    /// Milliseconds in which a person can pay; then it is cancelled at the provider.
    package static let openFor: Int64 = 24 * 3600 * 1000
    /// Of one person, that wait for a provider at a time.
    package static let mostOpen: Int64 = 20

    package let ledger: Ledger

    package init(ledger: Ledger) { self.ledger = ledger }

    private var now: Int64 { ledger.clock.now() }

    package static func pause(after tries: Int64) -> Int64 { pauses[min(Int(max(tries, 0)), pauses.count - 1)] }

    // MARK: Reading

    /// - Throws: ``StoaError/Code/notFound``.
    package func topUp(_ id: TopUpID, in tx: ReadTransaction) throws -> TopUp {
        let found = try tx.first("SELECT * FROM top_ups WHERE id = ?", .int(id.value), row: TopUp.init(row:))
        guard let found else { throw StoaError(.notFound, "There is no top-up \(id).") }
        return found
    }

    package func find(reference: String, of provider: TopUp.Provider, in tx: ReadTransaction) throws -> TopUp? {
        try tx.first(
            "SELECT * FROM top_ups WHERE provider = ? AND reference = ?", .int(provider.rawValue), .text(reference),
            row: TopUp.init(row:))
    }

    /// Newest first.
    package func all(of person: AccountID, in tx: ReadTransaction) throws -> [TopUp] {
        try tx.query(
            "SELECT * FROM top_ups WHERE person = ? ORDER BY id DESC LIMIT 200", .int(person.value), row: TopUp.init(row:))
    }

    /// Of a provider, by the time they were asked for.
    package func all(of provider: TopUp.Provider, since time: Int64, in tx: ReadTransaction) throws -> [TopUp] {
        try tx.query(
            "SELECT * FROM top_ups WHERE provider = ? AND created_at >= ? ORDER BY id", .int(provider.rawValue), .int(time),
            row: TopUp.init(row:))
    }

    package func refunds(of topUp: TopUpID, in tx: ReadTransaction) throws -> [TopUpRefund] {
        try tx.query(
            "SELECT * FROM top_up_refunds WHERE top_up_id = ? ORDER BY id", .int(topUp.value), row: TopUpRefund.init(row:))
    }

    /// What the provider is to be asked about now, and when the next time is.
    package func due(in tx: ReadTransaction) throws -> (topUps: [TopUp], refunds: [TopUpRefund], next: Int64?) {
        let now = now
        let topUps = try tx.query(
            "SELECT * FROM top_ups WHERE next_at <= ? ORDER BY next_at LIMIT 16", .int(now), row: TopUp.init(row:))
        let refunds = try tx.query(
            "SELECT * FROM top_up_refunds WHERE next_at <= ? ORDER BY next_at LIMIT 16", .int(now),
            row: TopUpRefund.init(row:))
        let first = try tx.first("SELECT min(next_at) FROM top_ups WHERE next_at > ?", .int(now)) { try $0.intOrNil(0) }
        let second = try tx.first("SELECT min(next_at) FROM top_up_refunds WHERE next_at > ?", .int(now)) {
            try $0.intOrNil(0)
        }
        return (topUps, refunds, [first ?? nil, second ?? nil].compactMap { $0 }.min())
    }

    // MARK: Money coming in

    /// - Throws: ``StoaError``: `invalidAmount`, `badRequest`, `quotaExceeded`.
    package func create(
        _ id: TopUpID, _ money: Money, of person: AccountID, by provider: TopUp.Provider, method: String?, in tx: Transaction
    ) throws -> TopUp {
        try money.checkPayable()
        guard (1...255).contains(method?.utf8.count ?? 1), method?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true else {
            throw StoaError(.badRequest, "The payment method must be what the provider calls it.")
        }
        let open = try tx.first(
            "SELECT count(*) FROM top_ups WHERE person = ? AND state IN (0, 3)", .int(person.value)
        ) { try $0.int(0) }
        guard open ?? 0 < Self.mostOpen else {
            throw StoaError(.quotaExceeded, "\(Self.mostOpen) top-ups wait for their provider. Finish some first.")
        }
        try tx.execute(
            """
            INSERT INTO top_ups (id, person, provider, currency, amount, state, refunded, method, tries, next_at, created_at)
            VALUES (?, ?, ?, ?, ?, 0, 0, ?, 0, ?, ?)
            """,
            .int(id.value), .int(person.value), .int(provider.rawValue), .text(money.currency.code), .int(money.amount),
            .optional(method), .int(now), .int(now))
        return try topUp(id, in: tx)
    }

    /// What the provider calls it, before the person's money is asked for: a restart finds it again by that.
    package func name(_ id: TopUpID, _ reference: String, clientSecret: String?, in tx: Transaction) throws -> TopUp {
        var topUp = try topUp(id, in: tx)
        guard topUp.reference == nil || topUp.reference == reference else {
            throw StoaError(.conflict, "The top-up \(id) has another name at the provider already.")
        }
        topUp.reference = reference
        topUp.clientSecret = clientSecret
        try topUp.update(in: tx)
        return topUp
    }

    /// The provider's word on a top-up.
    package enum Word: Sendable, Equatable {
        /// With what it says was paid: another amount is not taken.
        case succeeded(Money)
        case failed(TopUp.Failure)
        /// It waits for the person, or has not decided.
        case waiting
        /// There was no answer.
        case silent
    }

    /// - Returns: the top-up as it is then, and whether money moved.
    /// - Throws: ``StoaError/Code/conflict`` when something else was paid than what was asked for.
    package func take(_ word: Word, about id: TopUpID, in tx: Transaction) throws -> (topUp: TopUp, moved: Bool) {
        var topUp = try topUp(id, in: tx)
        switch word {
        case .succeeded(let money):
            guard money == topUp.money else {
                throw StoaError(
                    .conflict,
                    "The provider says that \(money.text) were paid for the top-up \(id), which was for \(topUp.money.text).")
            }
            guard let next = topUp.state.after(.succeed) else { return (try rested(topUp, in: tx), false) }
            topUp.state = next
            topUp.failure = nil
            topUp.nextAt = nil
            let (from, wallet) = (try source(of: topUp, in: tx), try ledger.wallet(of: topUp.person, money.currency, in: tx))
            // The top-up's own number is the transfer's: the ledger makes it once.
            try ledger.apply(
                [
                    TransferOrder(
                        TransferID(id.value), .move(from: from.id, to: wallet.id, amount: money.amount),
                        for: topUp.provider == .internal ? .issue : .topUp)
                ], about: id.value, in: tx)
            try topUp.update(in: tx)
            return (topUp, true)
        case .failed(let failure):
            guard let next = topUp.state.after(.fail) else { return (try rested(topUp, in: tx), false) }
            topUp.state = next
            topUp.failure = failure
            topUp.nextAt = nil
        case .waiting, .silent:
            guard topUp.state.isOpen else { return (try rested(topUp, in: tx), false) }
            if word == .silent { topUp.state = topUp.state.after(.loseSight) ?? topUp.state }
            topUp.nextAt = now + Self.pause(after: topUp.tries)
            topUp.tries += 1
        }
        try topUp.update(in: tx)
        return (topUp, false)
    }

    /// There was no news: it is not asked about again before somebody says that there is.
    private func rested(_ topUp: TopUp, in tx: Transaction) throws -> TopUp {
        var topUp = topUp
        guard topUp.nextAt != nil else { return topUp }
        topUp.nextAt = nil
        try topUp.update(in: tx)
        return topUp
    }

    /// Looks again now: somebody says that there is news.
    package func hurry(_ id: TopUpID, in tx: Transaction) throws {
        try tx.execute("UPDATE top_ups SET next_at = ?2 WHERE id = ?1 AND state IN (0, 2, 3)", .int(id.value), .int(now))
    }

    private func source(of topUp: TopUp, in tx: Transaction) throws -> LedgerAccount {
        switch topUp.provider {
        case .internal: try ledger.opened(.issuance, of: 0, topUp.money.currency, in: tx)
        case .stripe: try ledger.opened(.clearing, of: topUp.provider.rawValue, topUp.money.currency, in: tx)
        }
    }

    // MARK: Money going back

    /// Puts the money aside and lets the provider be asked to give it back.
    /// - Throws: ``StoaError``: `notFound` to anybody else, `notRefundable`, `refundExceeds`, `invalidAmount`,
    ///   `insufficientFunds`.
    package func refund(
        _ id: TopUpID, _ amount: Int64?, as refund: RefundID, by person: AccountID, in tx: Transaction
    ) throws -> TopUp {
        let topUp = try topUp(id, in: tx)
        guard topUp.person == person else { throw StoaError(.notFound, "There is no top-up \(id) of yours.") }
        guard topUp.provider != .internal, [.succeeded, .partlyRefunded].contains(topUp.state) else {
            throw StoaError(.notRefundable, "The top-up \(id) cannot go back to where it came from.")
        }
        let open = try refunds(of: id, in: tx).filter { $0.state == .pending }.reduce(0) { $0 + $1.amount }
        let left = topUp.money.amount - topUp.refunded - open
        let amount = amount ?? left
        guard amount > 0 || left == 0 else { throw StoaError(.invalidAmount, "A refund must be 1 or more, not \(amount).") }
        guard amount > 0, amount <= left else {
            throw StoaError(.refundExceeds, "\(amount) is more than what is left of the top-up: \(left).")
        }
        let (to, wallet) = (
            try source(of: topUp, in: tx), try ledger.wallet(of: person, topUp.money.currency, in: tx)
        )
        try ledger.apply(
            [
                TransferOrder(
                    TransferID(refund.value), .hold(from: wallet.id, to: to.id, amount: amount, expiresAt: nil), for: .withdrawal)
            ], about: id.value, in: tx)
        try tx.execute(
            """
            INSERT INTO top_up_refunds (id, top_up_id, amount, state, tries, next_at, created_at) VALUES (?, ?, ?, 0, 0, ?, ?)
            """,
            .int(refund.value), .int(id.value), .int(amount), .int(now), .int(now))
        return topUp
    }

    /// The provider's word on a refund: nil when there was no answer.
    /// - Returns: the top-up as it is then, and whether money moved.
    package func take(
        _ isDone: Bool?, about id: RefundID, in tx: Transaction
    ) throws -> (topUp: TopUp, moved: Bool) {
        let found = try tx.first("SELECT * FROM top_up_refunds WHERE id = ?", .int(id.value), row: TopUpRefund.init(row:))
        guard var refund = found else { throw StoaError(.notFound, "There is no refund \(id).") }
        var topUp = try topUp(refund.topUp, in: tx)
        guard refund.state == .pending else { return (topUp, false) }
        if let isDone {
            let hold = TransferID(id.value)
            let action: TransferOrder.Action = isDone ? .post(hold, amount: nil) : .void(hold)
            try ledger.apply(
                [TransferOrder(ledger.newTransferID(), action, for: .withdrawal)], about: topUp.id.value, in: tx)
            refund.state = isDone ? .succeeded : .failed
            refund.nextAt = nil
            if isDone {
                topUp.refunded += refund.amount
                let step: TopUp.State.Step = topUp.refunded == topUp.money.amount ? .refundAll : .refundPart
                topUp.state = topUp.state.after(step) ?? topUp.state
                try topUp.update(in: tx)
            }
        } else {
            refund.nextAt = now + Self.pause(after: refund.tries)
            refund.tries += 1
        }
        try tx.execute(
            "UPDATE top_up_refunds SET state = ?2, tries = ?3, next_at = ?4 WHERE id = ?1", .int(id.value),
            .int(refund.state.rawValue), .int(refund.tries), .optional(refund.nextAt))
        return (topUp, isDone != nil)
    }

    // MARK: Events

    /// - Returns: false for an event that came before.
    package func isNew(event: String, of provider: TopUp.Provider, in tx: Transaction) throws -> Bool {
        try tx.execute(
            "INSERT OR IGNORE INTO provider_events (provider, event, received_at) VALUES (?, ?, ?)", .int(provider.rawValue),
            .text(event), .int(now)) == 1
    }
}
