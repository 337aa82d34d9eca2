import Crypto
import Foundation
import Model
import Testing

@testable import PaymentProviders

struct StripeWebhookTests {
    private let hook = StripeWebhook(secret: "whsec_test")
    private let body = Array(
        #"{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","object":"payment_intent"}}}"#.utf8)

    private func code(_ time: Int64, _ body: [UInt8], secret: String = "whsec_test") -> String {
        Hex.encode(HMAC.sign(Array("\(time).".utf8) + body, key: Array(secret.utf8)))
    }

    @Test(arguments: [Int64(-300), 0, 299])
    func opensWhatIsSignedAndFresh(age: Int64) throws {
        let hint = try hook.open(body, header: "t=\(1000 - age),v1=\(code(1000 - age, body))", now: 1000)
        #expect(hint == StripeWebhook.Hint(event: "evt_1", intent: "pi_1"))
    }

    @Test func takesOneOfSeveralCodes() throws {
        let header = "t=1000,v1=\(code(1000, body, secret: "old")),v1=\(code(1000, body)),v0=00"
        #expect(try hook.open(body, header: header, now: 1000).event == "evt_1")
    }

    @Test func findsTheIntentOfARefund() throws {
        let refund = Array(
            #"{"id":"evt_2","type":"charge.refunded","data":{"object":{"object":"charge","payment_intent":"pi_9"}}}"#.utf8)
        #expect(try hook.open(refund, header: "t=1,v1=\(code(1, refund))", now: 1).intent == "pi_9")
    }

    @Test func refusesAllElse() {
        let good = code(1000, body)
        let headers: [String?] = [
            nil, "", "t=1000", "v1=\(good)", "t=x,v1=\(good)", "t=1000,v1=", "t=1000,v1=zz", "t=1000,v1=\(good.dropLast(2))",
            "t=1001,v1=\(good)", "t=1000,v1=\(code(1000, body, secret: "other"))", "t=1000,v0=\(good)",
            "t=\(Int64.max),v1=\(good)", "t=\(Int64.min),v1=\(good)",
        ]
        for header in headers {
            #expect(throws: StoaError.self, "\(header ?? "none")") { try hook.open(body, header: header, now: 1000) }
        }
        for age in [Int64(301), -301, 100_000] {
            #expect(throws: StoaError.self) {
                try hook.open(body, header: "t=\(1000 - age),v1=\(code(1000 - age, body))", now: 1000)
            }
        }
        #expect(throws: StoaError.self) { try hook.open(body + [0x20], header: "t=1000,v1=\(good)", now: 1000) }
        let junk = Array("[]".utf8)
        #expect(throws: StoaError.self) { try hook.open(junk, header: "t=1000,v1=\(code(1000, junk))", now: 1000) }
    }
}
