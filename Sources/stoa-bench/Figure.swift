import Foundation

/// One measured figure, as a line of JSON.
enum Figure {
    static func print(_ name: String, _ value: Double, _ unit: String, aim: String? = nil) {
        let rounded = value < 100 ? (value * 100).rounded() / 100 : value.rounded()
        let goal = aim.map { "\"\($0)\"" } ?? "null"
        Swift.print("{\"name\":\"\(name)\",\"value\":\(rounded),\"unit\":\"\(unit)\",\"aim\":\(goal)}")
        fflush(nil)
    }

    /// Microseconds that `body` takes.
    static func time(_ body: () async throws -> Void) async rethrows -> Double {
        let clock = ContinuousClock()
        let elapsed = try await clock.measure { try await body() }
        return Double(elapsed.components.seconds) * 1e6 + Double(elapsed.components.attoseconds) / 1e12
    }
}
