import Foundation
import Testing

@testable import Ledger

/// The reference's table of a payment's states is the program's.
struct DocumentedStatesTests {
    @Test func theReferenceHasEveryTransitionAndNoOther() throws {
        let file = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("sdk-docs/lua-reference.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let (begin, end) = ("<!-- payment states: begin -->\n", "\n<!-- payment states: end -->")
        let table = try #require(text.components(separatedBy: begin).last?.components(separatedBy: end).first)
        let rows = table.split(separator: "\n").dropFirst(2).map(String.init)
        #expect(
            rows == PaymentState.transitions.map { "| `\($0.from.name)` | \($0.step.rawValue) | `\($0.to.name)` |" })
    }
}
