import Ledger
import Model
import Runtime
import Sandbox

/// What can be given back of a payment after what the turn has asked for already: that is made at the commit only, but the app
/// is told now how much "all that is left" will be.
struct RefundableInTurn {
    /// Minor units.
    private(set) var amount: Int64
    /// What is put aside and not captured.
    private var held: Int64

    /// - Parameter effects: the turn's, in order.
    init(_ payment: Payment, after effects: [TurnEffect]) {
        amount = payment.refundable
        held = payment.state.isHeld ? payment.remaining : 0
        for effect in effects {
            guard let fields = try? Arguments(effect.name, effect.arguments).fields() else { continue }
            let asked = fields["amount"].intValue
            switch effect.name {
            case "payments.capture" where fields["id"] == .int(payment.id.value):
                let taken = min(asked ?? held, held)
                amount += taken
                held = fields["partial"] == .bool(true) ? held - taken : 0
            case "payments.refund" where fields["payment"] == .int(payment.id.value):
                amount -= min(asked ?? amount, amount)
            default: break
            }
        }
    }
}
