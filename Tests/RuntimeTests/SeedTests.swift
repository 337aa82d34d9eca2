import Model
import Testing

@testable import Runtime

/// Apps draw random numbers from their turn's seed, which they can find out. It must tell nothing of other turns'.
struct SeedTests {
    private let seed = Runtime.Limits().seed

    @Test func aTurnThatRunsAgainDrawsTheSame() {
        #expect(seed(UpdateID(7), 0) == seed(UpdateID(7), 0))
        #expect(seed(UpdateID(7), 0) != seed(UpdateID(7), 1))
        #expect(seed(UpdateID(7), 0) != seed(UpdateID(8), 0))
        #expect(seed(UpdateID(7), 0) != Runtime.Limits().seed(UpdateID(7), 0))
    }

    private static let (first, second): (UInt64, UInt64) = (0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB)

    /// SplitMix64's finaliser, by which no secret can be kept: each step can be undone.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var z = (number ^ (number >> 30)) &* first
        z = (z ^ (z >> 27)) &* second
        return z ^ (z >> 31)
    }

    private static func unmixed(_ mixed: UInt64) -> UInt64 {
        func unshifted(_ value: UInt64, _ bits: UInt64) -> UInt64 {
            (0..<3).reduce(value) { result, _ in value ^ (result >> bits) }
        }
        func inverse(_ odd: UInt64) -> UInt64 { (0..<6).reduce(odd) { result, _ in result &* (2 &- odd &* result) } }
        let z = unshifted(unshifted(mixed, 31) &* inverse(second), 27)
        return unshifted(z &* inverse(first), 30)
    }

    @Test func oneSeedDoesNotTellAnother() {
        #expect(Self.unmixed(Self.mixed(123_456_789)) == 123_456_789)
        let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
        let known = seed(UpdateID(1000), 0)
        // The bit that was shifted out can only be two.
        for lost in [UInt64(0), 1 << 63] {
            let key = (Self.unmixed(known << 1 | lost >> 63) &- increment) ^ 1000
            #expect(Self.mixed((2000 ^ key) &+ increment) >> 1 != seed(UpdateID(2000), 0))
        }
    }
}
