import Sandbox

/// The same numbers for the same seed, so that a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension BridgeValue {
    /// Any value, with a liking for the edges of the encoding.
    static func random(depth: Int, using generator: inout SeededGenerator) -> BridgeValue {
        let lengths = [0, 1, 5, 15, 16, 31, 32, 40, 255, 256, 300]
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2:
            let shift = UInt64.random(in: 0..<64, using: &generator)
            return .int(Int64(bitPattern: generator.next()) >> Int64(shift))
        case 3:
            let value = Double(bitPattern: generator.next())
            return .double(value.isFinite ? value : 0.5)
        case 4:
            let count = lengths.randomElement(using: &generator) ?? 0
            let letters: [Character] = ["a", "é", "日", "😀", "\u{0}", "\n"]
            return .string(String((0..<count).map { _ in letters.randomElement(using: &generator) ?? "x" }))
        case 5:
            let count = lengths.randomElement(using: &generator) ?? 0
            return .bytes((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        case 6:
            let count = Int.random(in: 0...17, using: &generator)
            return .array((0..<count).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            let count = Int.random(in: 0...17, using: &generator)
            return .map(BridgeMap((0..<count).map { (key: "k\($0)", value: random(depth: depth - 1, using: &generator)) }))
        }
    }
}
