import Database
import Messaging
import Model

/// An event as it goes over the wire to many: encoded once, with the few bytes that differ put in for each reader.
struct EncodedEvent: Sendable {
    let type: StaticString
    /// The data up to where readers differ.
    private let head: [UInt8]
    /// The rest of the data for the message's sender, and for all others.
    private let ownTail: [UInt8]
    private let tail: [UInt8]
    private let sender: AccountID?

    /// Nil for events whose data depends on the reader or on the database: those are read from the log.
    init?(_ event: Event) {
        var writer = JSONWriter()
        switch event {
        case .messageNew(let message), .messageEdited(let message):
            writer.messageWithoutNonce(message)
            sender = message.from.id
            tail = Array(",\"nonce\":null}".utf8)
            if let nonce = message.nonce {
                var own = JSONWriter(capacity: 96)
                own.raw(",\"nonce\":")
                own.string(nonce)
                own.closeObject()
                ownTail = own.bytes
            } else {
                ownTail = tail
            }
        default:
            guard writer.plainEventData(event) else { return nil }
            sender = nil
            (ownTail, tail) = ([], [])
        }
        type = event.wireType
        head = writer.bytes
    }

    /// The whole frame for one reader. `seq` 0 is left out: the event has no place in the log.
    func frame(seq: Int64, for reader: AccountID) -> [UInt8] {
        var writer = JSONWriter(capacity: head.count + tail.count + ownTail.count + 80)
        writer.eventStart(seq: seq, type: type)
        writer.raw(head)
        writer.raw(reader == sender ? ownTail : tail)
        writer.closeObject()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func eventStart(seq: Int64, type: StaticString) {
        openObject()
        if seq > 0 { field("seq", seq) }
        field("type", plain: type)
        key("data")
    }

    /// An event of `reader`'s log, with what has to be looked up for it.
    mutating func event(
        _ logged: LoggedEvent, for reader: AccountID, messaging: Messaging, tx: ReadTransaction
    ) throws {
        eventStart(seq: logged.seq, type: logged.event.wireType)
        switch logged.event {
        case .messageNew(let message), .messageEdited(let message): self.message(message, for: reader)
        case .chatNew(let chat), .chatUpdated(let chat):
            do {
                self.chat(try messaging.summary(of: chat, for: reader, in: tx), for: reader)
            } catch let error as StoaError where error.code == .chatNotFound {
                openObject()
                field("id", chat.value)
                closeObject()
            }
        case .memberJoined(let chat, let account), .memberLeft(let chat, let account):
            openObject()
            field("chat", chat.value)
            key("user")
            if let account = try messaging.account(account, in: tx) { user(account) } else { null() }
            closeObject()
        default: _ = plainEventData(logged.event)
        }
        closeObject()
    }

    /// Data that is the same for all and needs no look-up. False, and nothing written, for other events.
    fileprivate mutating func plainEventData(_ event: Event) -> Bool {
        switch event {
        case .messageDeleted(let chat, let message):
            openObject()
            field("chat", chat.value)
            field("id", message.value)
        case .read(let chat, let account, let upTo):
            openObject()
            field("chat", chat.value)
            field("user", account.value)
            field("up_to", upTo.value)
        case .typing(let chat, let account):
            openObject()
            field("chat", chat.value)
            field("user", account.value)
        case .buttonAnswer(let answer):
            openObject()
            field("chat", answer.chat.value)
            field("message", answer.message.value)
            field("press", answer.press)
            field("text", answer.text)
            field("alert", answer.alert)
        case .consentRequested(let consent), .consentClosed(let consent):
            openObject()
            field("id", consent.value)
        case .paymentUpdated(let payment):
            openObject()
            field("id", payment.value)
        case .subscriptionUpdated(let subscription):
            openObject()
            field("id", subscription.value)
        case .walletUpdated: openObject()
        case .messageNew, .messageEdited, .chatNew, .chatUpdated, .memberJoined, .memberLeft: return false
        }
        closeObject()
        return true
    }
}

extension Event {
    var wireType: StaticString {
        switch self {
        case .messageNew: "message.new"
        case .messageEdited: "message.edited"
        case .messageDeleted: "message.deleted"
        case .chatNew: "chat.new"
        case .chatUpdated: "chat.updated"
        case .memberJoined: "member.joined"
        case .memberLeft: "member.left"
        case .read: "read"
        case .buttonAnswer: "button.answer"
        case .typing: "typing"
        case .consentRequested: "consent.requested"
        case .consentClosed: "consent.closed"
        case .paymentUpdated: "payment.updated"
        case .subscriptionUpdated: "subscription.updated"
        case .walletUpdated: "wallet.updated"
        }
    }
}
