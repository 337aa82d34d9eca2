import Crypto
package import Database
package import Model

/// What was done with people's data and by whom: only ever appended to, and chained so that later changes show.
///
/// Each entry carries a code over itself and the code of the entry before it, the newest place a code of its own
/// (HMAC-SHA-256, RFC 2104). The key lies beside the database, and so does a mark that tells how far the audit had come a while
/// ago: who can write to the database alone cannot make the chain fit again, nor take away what the mark tells of. Who has the
/// files too, or puts back a whole older folder, can; an export kept on another machine shows that as well.
package struct Audit: Sendable {
    /// What an entry is about. Stable: exports hold them.
    package enum Kind: String, Sendable, CaseIterable {
        case deploy, rollback
        case secretSet = "secret_set"
        case secretRemoved = "secret_removed"
        case deadRetried = "dead_retried"
        case deadDropped = "dead_dropped"
        /// The operator looked at an app's messages with `stoa dead`, `trace`, `replay` or `dev`.
        case read
        case asked, granted, refused, withdrawn, revoked, used, forgotten
        /// What an app kept was older than its manifest says that it keeps anything.
        case expired
        case attributeSet = "attribute_set"
        case userCreated = "user_created"
        case publisherFounded = "publisher_founded"
        case publisherVerified = "publisher_verified"
        case memberChanged = "member_changed"
        case keyAdded = "key_added"
        case keyAdmitted = "key_admitted"
        case keyRevoked = "key_revoked"
        /// A release's way: `docs/security.md` says who takes which step.
        case submitted, tried, admitted, rejected
        case releaseWithdrawn = "release_withdrawn"
        case takenDown = "taken_down"
        case appealed
        case takedownAnswered = "takedown_answered"
        case reportAnswered = "report_answered"
        case roleChanged = "role_changed"
        case suspended, reinstated
        case signInReset = "sign_in_reset"
        case quotaChanged = "quota_changed"
        /// What people do with their money. What apps do with it is a use.
        case paid, refunded, subscribed, unsubscribed, disputed
        case disputeDecided = "dispute_decided"
        case paidOut = "paid_out"
        case limitsChanged = "limits_changed"
        case pinSet = "pin_set"
        case toppedUp = "topped_up"
        case withdrew
        case balanceIssued = "balance_issued"
        case balanceWithdrawn = "balance_withdrawn"
        case feeChanged = "fee_changed"
    }

    package struct Entry: Sendable, Equatable {
        package let kind: Kind
        /// Who did it: `operator`, or the name of a person or an app.
        package let actor: String
        package let person: AccountID?
        package let bot: AccountID?
        package let chat: ChatID?
        /// What exactly, for a person to read. Never a message's text.
        package let details: String

        package init(
            _ kind: Kind, by actor: String, person: AccountID? = nil, bot: AccountID? = nil, chat: ChatID? = nil,
            _ details: String
        ) {
            self.kind = kind
            self.actor = actor
            self.person = person
            self.bot = bot
            self.chat = chat
            self.details = details
        }

        /// About a person or an app's bot, whichever it is.
        package init(_ kind: Kind, by actor: String, about account: Account, _ details: String) {
            self.init(
                kind, by: actor, person: account.kind == .user ? account.id : nil, bot: account.kind == .bot ? account.id : nil,
                details)
        }
    }

    /// An entry with its place, from 1 without gaps, and its time in milliseconds since 1970 UTC.
    package struct Row: Sendable, Equatable {
        package let seq: Int64
        package let date: Int64
        package let entry: Entry
        /// What the app got by it, until the person has it forgotten.
        package let disclosed: String?
        package let code: [UInt8]
        /// As stored; differs from the entry's only where somebody has tampered with it.
        fileprivate let kind: String
    }

    /// One thing that `verify` found.
    package struct Problem: Sendable, Equatable, CustomStringConvertible {
        package let seq: Int64
        package let description: String
    }

    private let key: [UInt8]
    /// Nil in tests that have no folder.
    private let mark: AuditMark?

    /// Reads the key of a data folder; makes one the first time. Blocks.
    /// - Parameter isNew: whether there is nothing in the audit yet (``isEmpty(in:)``); else a missing key is not replaced, since
    ///   entries after a change of the key could not be told from tampering.
    /// - Throws: ``StoaError`` when the file is missing that should be there, or cannot be read or written.
    package init(folder: String, isNew: Bool) throws {
        key = try KeyFile.key(
            at: folder + "/audit.key", makesOne: isNew,
            remedy: """
                If it is lost, keep what "stoa audit export" prints, and begin a new audit by deleting the rows of the tables \
                disclosures, audit and audit_head.
                """)
        mark = AuditMark(path: folder + "/audit.mark")
    }

    package static func isEmpty(in tx: ReadTransaction) throws -> Bool {
        try tx.first("SELECT EXISTS (SELECT 1 FROM audit) OR EXISTS (SELECT 1 FROM audit_head)") { try $0.bool(0) } != true
    }

    /// For tests.
    package init(key: [UInt8]) {
        self.key = key
        mark = nil
    }

    /// Part of what it tells of: both are committed, or neither.
    /// - Parameter disclosed: what exactly an app got about a person. Kept beside the chain, which is for good: the person can
    ///   have it forgotten, and it is shown to nobody else.
    package func append(_ entry: Entry, disclosed: String? = nil, now: Int64, in tx: Transaction) throws {
        let head = try head(in: tx)
        let seq = (head?.seq ?? 0) + 1
        let code = code(seq, now, entry.kind.rawValue, entry, after: head?.code ?? [])
        try tx.execute(
            "INSERT INTO audit (seq, date, kind, actor, person_id, bot_id, chat_id, details, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            .int(seq), .int(now), .text(entry.kind.rawValue), .text(entry.actor), .optional(entry.person?.value),
            .optional(entry.bot?.value), .optional(entry.chat?.value), .text(entry.details), .blob(code))
        try tx.execute(
            """
            INSERT INTO audit_head (one, seq, code) VALUES (1, ?1, ?2)
            ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, code = excluded.code
            """,
            .int(seq), .blob(headCode(seq, code)))
        guard let disclosed, let person = entry.person, let bot = entry.bot else { return }
        try tx.execute(
            "INSERT INTO disclosures (seq, person_id, bot_id, text, code) VALUES (?, ?, ?, ?, ?)", .int(seq),
            .int(person.value), .int(bot.value), .text(disclosed),
            .blob(disclosureCode(seq, person, bot, disclosed)))
    }

    /// Forgets what an app got about a person; that it got something stays.
    package static func forgetDisclosures(of person: AccountID, to bot: AccountID, in tx: Transaction) throws {
        try tx.execute(
            "DELETE FROM disclosures WHERE person_id = ? AND bot_id = ?", .int(person.value), .int(bot.value))
    }

    /// What the next entry follows: the newest one, if it is the one that the note tells of. Where the two differ, somebody has
    /// changed the tables behind Stoa's back. Then the number goes on behind all that there was, and the code follows nothing
    /// that could be put there: so the break stays for `verify` to find, and no later entry heals it.
    private func head(in tx: Transaction) throws -> (seq: Int64, code: [UInt8])? {
        let last = try tx.first("SELECT seq, code FROM audit ORDER BY seq DESC LIMIT 1") { (try $0.int(0), try $0.bytes(1)) }
        let noted = try tx.first("SELECT seq, code FROM audit_head WHERE one = 1") { (try $0.int(0), try $0.bytes(1)) }
        if let last, let noted, last.0 == noted.0, constantTimeEqual(headCode(last.0, last.1), noted.1) { return last }
        let marked = mark?.read(key: key)?.seq ?? 0
        guard last != nil || noted != nil || marked > 0 else { return nil }
        return (max(last?.0 ?? 0, noted?.0 ?? 0, marked), headCode(-1, key))
    }

    private func disclosureCode(_ seq: Int64, _ person: AccountID, _ bot: AccountID, _ text: String) -> [UInt8] {
        HMAC.sign(Array("disclosed \(seq) \(person) \(bot) ".utf8) + Array(text.utf8), key: key)
    }

    /// Notes in a file beside the key how far the audit has come, so that what was there by then cannot go away together with the
    /// notes in the database. Blocks; now and then is often enough.
    package func keepMark(in tx: ReadTransaction) throws {
        guard let mark, let noted = try tx.first("SELECT seq FROM audit_head WHERE one = 1", row: { try $0.int(0) }),
            noted > mark.read(key: key)?.seq ?? 0,
            let code = try tx.first("SELECT code FROM audit WHERE seq = ?", .int(noted), row: { try $0.bytes(0) })
        else { return }
        try mark.write(seq: noted, code: code, key: key)
    }

    /// The fields in order, each text behind its length, so that none can lend bytes to another.
    private func code(_ seq: Int64, _ date: Int64, _ kind: String, _ entry: Entry, after previous: [UInt8]) -> [UInt8] {
        var bytes = previous
        for number in [seq, date, entry.person?.value ?? .min, entry.bot?.value ?? .min, entry.chat?.value ?? .min] {
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        for text in [kind, entry.actor, entry.details] {
            withUnsafeBytes(of: Int64(text.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: text.utf8)
        }
        return HMAC.sign(bytes, key: key)
    }

    private func headCode(_ seq: Int64, _ code: [UInt8]) -> [UInt8] {
        HMAC.sign(Array("head \(seq) ".utf8) + code, key: key)
    }
}

extension Audit {
    /// Entries after one, oldest first; those about one person, with what was disclosed, when it is given.
    package static func rows(
        after seq: Int64, limit: Int, of person: AccountID? = nil, in tx: ReadTransaction
    ) throws -> [Row] {
        guard let person else {
            return try tx.query(
                """
                SELECT seq, date, kind, actor, person_id, bot_id, chat_id, details, code, NULL FROM audit
                WHERE seq > ? ORDER BY seq LIMIT ?
                """, .int(seq), .int(Int64(limit)), row: { try auditRow($0) })
        }
        return try tx.query(
            """
            SELECT a.seq, a.date, a.kind, a.actor, a.person_id, a.bot_id, a.chat_id, a.details, a.code, d.text
            FROM audit a LEFT JOIN disclosures d ON d.seq = a.seq
            WHERE a.person_id = ? AND a.seq > ? ORDER BY a.seq LIMIT ?
            """, .int(person.value), .int(seq), .int(Int64(limit)), row: { try auditRow($0) })
    }

    /// The newest entries before one, the newest first; the newest of all when `seq` is nil.
    package static func rows(before seq: Int64?, limit: Int, in tx: ReadTransaction) throws -> [Row] {
        try tx.query(
            """
            SELECT seq, date, kind, actor, person_id, bot_id, chat_id, details, code, NULL FROM audit
            WHERE seq < ? AND seq > 0 ORDER BY seq DESC LIMIT ?
            """,
            .int(seq ?? .max), .int(Int64(limit)), row: { try auditRow($0) })
    }

    /// Reads the whole chain. An entry after a missing one is checked by what follows it.
    /// - Returns: how many entries there are, and what is wrong with them, by place.
    package func verify(in tx: ReadTransaction) throws -> (count: Int, problems: [Problem]) {
        var problems: [Problem] = []
        var (count, last, previous): (Int, Int64, [UInt8]?) = (0, 0, [])
        while true {
            let page = try Self.rows(after: last, limit: 1000, in: tx)
            for row in page {
                if row.seq != last + 1 {
                    let missing =
                        last + 1 == row.seq - 1
                        ? "entry \(last + 1) is missing" : "entries \(last + 1) to \(row.seq - 1) are missing"
                    problems.append(Problem(seq: last + 1, description: missing))
                    problems.append(
                        Problem(
                            seq: row.seq,
                            description:
                                "entry \(row.seq) (\(row.kind) by \(row.entry.actor)) cannot be checked, since what it follows is missing"
                        ))
                    previous = nil
                }
                if let before = previous,
                    !constantTimeEqual(code(row.seq, row.date, row.kind, row.entry, after: before), row.code)
                {
                    problems.append(
                        Problem(
                            seq: row.seq,
                            description: "entry \(row.seq) (\(row.kind) by \(row.entry.actor)) is not what was written"))
                }
                (count, last, previous) = (count + 1, row.seq, row.code)
            }
            if page.count < 1000 { break }
        }
        let head = try tx.first("SELECT seq, code FROM audit_head WHERE one = 1") { (try $0.int(0), try $0.bytes(1)) }
        switch head {
        case nil where count == 0: break
        case nil: problems.append(Problem(seq: last, description: "the note of the newest entry is missing"))
        case .some(let head) where head.0 > last:
            let missing = head.0 == last + 1 ? "entry \(head.0) is missing" : "entries \(last + 1) to \(head.0) are missing"
            problems.append(Problem(seq: last + 1, description: missing + " at the end"))
        case .some(let head) where head.0 != last || !constantTimeEqual(headCode(last, previous ?? []), head.1):
            problems.append(Problem(seq: last, description: "entry \(last) is not the one that was written last"))
        default: break
        }
        return (count, problems + (try strays(in: tx)) + (try markProblem(in: tx)))
    }

    /// What does not belong to the chain: entries before the first, and disclosures that are not what was written.
    private func strays(in tx: ReadTransaction) throws -> [Problem] {
        let early = try tx.query("SELECT seq FROM audit WHERE seq < 1 ORDER BY seq LIMIT 100") { try $0.int(0) }
            .map { Problem(seq: $0, description: "entry \($0) was put in from outside") }
        let disclosed = try tx.query("SELECT seq, person_id, bot_id, text, code FROM disclosures ORDER BY seq") { row in
            let (seq, person, bot) = (try row.int(0), AccountID(try row.int(1)), AccountID(try row.int(2)))
            let isSound = constantTimeEqual(disclosureCode(seq, person, bot, try row.text(3)), try row.bytes(4))
            return isSound ? nil : Problem(seq: seq, description: "what was disclosed with entry \(seq) is not what was written")
        }
        return early + disclosed.compactMap { $0 }
    }

    private func markProblem(in tx: ReadTransaction) throws -> [Problem] {
        guard let noted = mark?.read(key: key) else { return [] }
        let code = try tx.first("SELECT code FROM audit WHERE seq = ?", .int(noted.seq)) { try $0.bytes(0) }
        guard let code, constantTimeEqual(code, noted.code) else {
            return [
                Problem(
                    seq: noted.seq,
                    description: "entry \(noted.seq) is missing or another one, although audit.mark tells that it was written")
            ]
        }
        return []
    }
}

/// From the columns seq, date, kind, actor, person_id, bot_id, chat_id, details, code.
private func auditRow(_ row: borrowing Row) throws -> Audit.Row {
    let kind = try row.text(2)
    let entry = Audit.Entry(
        Audit.Kind(rawValue: kind) ?? .read, by: try row.text(3), person: try row.intOrNil(4).map(AccountID.init),
        bot: try row.intOrNil(5).map(AccountID.init), chat: try row.intOrNil(6).map(ChatID.init), try row.text(7))
    return Audit.Row(
        seq: try row.int(0), date: try row.int(1), entry: entry, disclosed: try row.textOrNil(9), code: try row.bytes(8),
        kind: kind)
}
