import Crypto
import Database
import Model

/// The code that chains transfers: HMAC-SHA-256 (RFC 2104) over the code before and all that a transfer says, each number as
/// eight bytes, the most significant first. Who can write to the database but does not have the key cannot make a chain fit.
struct LedgerSeal: Sendable {
    private let key: [UInt8]

    init(key: [UInt8]) { self.key = key }

    func code(_ transfer: Transfer, after previous: [UInt8]) -> [UInt8] {
        var message = previous
        message.reserveCapacity(previous.count + 14 * 8)
        func add(_ number: Int64) { withUnsafeBytes(of: number.bigEndian) { message.append(contentsOf: $0) } }
        add(transfer.seq)
        add(transfer.id.value)
        add(transfer.kind.rawValue)
        add(transfer.debit.value)
        add(transfer.credit.value)
        add(transfer.amount)
        add(transfer.hold?.value ?? 0)
        add(transfer.purpose.rawValue)
        add(transfer.reference)
        add(transfer.link.value)
        add(transfer.expiresAt ?? 0)
        add(transfer.date)
        add(transfer.debitAfter)
        add(transfer.creditAfter)
        return HMAC.sign(message, key: key)
    }
}

/// The end of the chain, as it stands inside of a transaction.
struct LedgerChain {
    private(set) var seq: Int64
    private(set) var code: [UInt8]

    init(in tx: ReadTransaction) throws {
        let last = try tx.first("SELECT seq, code FROM transfers ORDER BY seq DESC LIMIT 1") {
            (try $0.int(0), try $0.bytes(1))
        }
        (seq, code) = last ?? (0, [])
    }

    mutating func advance(to transfer: Transfer) {
        seq = transfer.seq
        code = transfer.code
    }
}
