/// A number that names one thing of a kind. `Of` keeps a chat's id from being passed where a message's is meant.
///
/// Ids are allocated by ``IDGenerator``: time-ordered and below 2^53, so that JSON readers keep every digit.
package struct ID<Of>: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let value: Int64

    package init(_ value: Int64) { self.value = value }

    package var description: String { String(value) }

    package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}

extension ID: Codable {
    package init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

package enum AppTag {}
package enum AppVersionTag {}
package enum ConversationTag {}
package enum TurnTag {}
package enum TimerTag {}
package enum FileTag {}
package enum ConsentTag {}
package enum GrantTag {}
package enum ReleaseTag {}
package enum TakedownTag {}
package enum ReportTag {}
package enum LedgerAccountTag {}
package enum TransferTag {}
package enum PaymentTag {}
package enum RefundTag {}
package enum DisputeTag {}
package enum SubscriptionTag {}
package enum BillTag {}
package enum PaymentLinkTag {}
package enum TopUpTag {}

package typealias AccountID = ID<Account>
package typealias ChatID = ID<Chat>
package typealias MessageID = ID<Message>
package typealias UpdateID = ID<Update>
package typealias AppID = ID<AppTag>
package typealias AppVersionID = ID<AppVersionTag>
package typealias ConversationID = ID<ConversationTag>
package typealias TurnID = ID<TurnTag>
package typealias TimerID = ID<TimerTag>
package typealias FileID = ID<FileTag>
package typealias ConsentID = ID<ConsentTag>
package typealias GrantID = ID<GrantTag>
package typealias ReleaseID = ID<ReleaseTag>
package typealias TakedownID = ID<TakedownTag>
package typealias ReportID = ID<ReportTag>
package typealias LedgerAccountID = ID<LedgerAccountTag>
package typealias TransferID = ID<TransferTag>
package typealias PaymentID = ID<PaymentTag>
package typealias RefundID = ID<RefundTag>
package typealias DisputeID = ID<DisputeTag>
package typealias SubscriptionID = ID<SubscriptionTag>
package typealias BillID = ID<BillTag>
package typealias PaymentLinkID = ID<PaymentLinkTag>
package typealias TopUpID = ID<TopUpTag>
