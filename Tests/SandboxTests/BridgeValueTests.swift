import Testing

@testable import Sandbox

struct BridgeValueTests {
    @Test(
        arguments: [
            (BridgeValue.null, [0xc0]),
            (.bool(false), [0xc2]), (.bool(true), [0xc3]),
            (.int(0), [0x00]), (.int(127), [0x7f]), (.int(128), [0xcc, 0x80]), (.int(255), [0xcc, 0xff]),
            (.int(256), [0xcd, 0x01, 0x00]), (.int(65535), [0xcd, 0xff, 0xff]), (.int(65536), [0xce, 0, 1, 0, 0]),
            (.int(0xffff_ffff), [0xce, 0xff, 0xff, 0xff, 0xff]), (.int(0x1_0000_0000), [0xd3, 0, 0, 0, 1, 0, 0, 0, 0]),
            (.int(-1), [0xff]), (.int(-32), [0xe0]), (.int(-33), [0xd0, 0xdf]), (.int(-128), [0xd0, 0x80]),
            (.int(-129), [0xd1, 0xff, 0x7f]), (.int(-32768), [0xd1, 0x80, 0]), (.int(-32769), [0xd2, 0xff, 0xff, 0x7f, 0xff]),
            (.int(.min), [0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0]),
            (.double(1.5), [0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]),
            (.string("añ"), [0xa3, 0x61, 0xc3, 0xb1]), (.bytes([0xff]), [0xc4, 1, 0xff]),
            (.array([1, "a"]), [0x92, 1, 0xa1, 0x61]), (["a": nil], [0x81, 0xa1, 0x61, 0xc0]),
            (.map(BridgeMap()), [0x80]), (.array([]), [0x90]),
        ] as [(BridgeValue, [UInt8])])
    func hasTheDocumentedEncoding(value: BridgeValue, bytes: [UInt8]) throws {
        #expect(value.encoded == bytes)
        #expect(value.encodedCount == bytes.count)
        #expect(try BridgeValue.decode(bytes) == value)
    }

    @Test(arguments: [31, 32, 255, 256, 65535, 65536, 70000])
    func keepsLongContent(count: Int) throws {
        let values: [BridgeValue] = [
            .string(String(repeating: "x", count: count)), .bytes([UInt8](repeating: 0xfe, count: count)),
            .array([BridgeValue](repeating: 7, count: count)),
            .map(BridgeMap((0..<count).map { (key: String($0), value: .null) })),
        ]
        for value in values {
            #expect(value.encoded.count == value.encodedCount)
            #expect(try BridgeValue.decode(value.encoded, maximumNodes: .max) == value)
        }
    }

    @Test func survivesTheRoundTripWhateverItIs() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let value = BridgeValue.random(depth: 4, using: &generator)
            var bytes: [UInt8] = [1, 2, 3]
            value.encode(into: &bytes)
            #expect(bytes.count == 3 + value.encodedCount)
            #expect(try BridgeValue.decode(bytes[3...], maximumNodes: .max) == value)
        }
    }

    /// Each beginning of an encoding is refused, and so is one byte too many.
    @Test func refusesEveryCut() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<50 {
            let bytes = BridgeValue.random(depth: 2, using: &generator).encoded
            for cut in bytes.indices where bytes.count < 3000 {
                #expect(throws: BridgeDecodingError.self) { try BridgeValue.decode(bytes[..<cut]) }
            }
            #expect(throws: BridgeDecodingError.self) { try BridgeValue.decode(bytes + [0]) }
        }
    }

    @Test func neverTripsOverNonsense() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = try? BridgeValue.decode(bytes)
        }
        for _ in 0..<2_000 {
            var bytes = BridgeValue.random(depth: 3, using: &generator).encoded
            for _ in 0..<3 {
                let index = Int.random(in: bytes.indices, using: &generator)
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? BridgeValue.decode(bytes)
        }
    }

    @Test(
        arguments: [
            ([], .truncated), ([0xc1], .unsupported(code: 0xc1)), ([0xca, 0, 0, 0, 0], .unsupported(code: 0xca)),
            ([0xd4, 0, 0], .unsupported(code: 0xd4)), ([0xc7, 0, 0], .unsupported(code: 0xc7)),
            ([0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0], .integerTooLarge), ([0xa1, 0xff], .invalidText),
            ([0xa2, 0xed, 0xa0], .invalidText), ([0x81, 0x01, 0x01], .keyIsNoText), ([0x00, 0x00], .trailingBytes(1)),
            ([0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], .notFinite), ([0xcb, 0xff, 0xf0, 0, 0, 0, 0, 0, 0], .notFinite),
            ([0xdd, 0xff, 0xff, 0xff, 0xff], .tooManyValues), ([0xdc, 0x10, 0], .truncated),
            ([0xdb, 0xff, 0xff, 0xff, 0xff], .truncated), ([0xc6, 0xff, 0xff, 0xff, 0xff], .truncated),
        ] as [([UInt8], BridgeDecodingError)])
    func saysWhatIsWrong(bytes: [UInt8], error: BridgeDecodingError) {
        #expect(throws: error) { try BridgeValue.decode(bytes) }
    }

    @Test func limitsDepthAndNodes() throws {
        let deepest = [UInt8](repeating: 0x91, count: 31) + [0x90]
        #expect(throws: Never.self) { try BridgeValue.decode(deepest) }
        #expect(throws: BridgeDecodingError.tooDeep) { try BridgeValue.decode([0x91] + deepest) }
        let maps = [UInt8]((0..<33).flatMap { _ in [0x81, 0xa1, 0x61] as [UInt8] } + [0xc0])
        #expect(throws: BridgeDecodingError.tooDeep) { try BridgeValue.decode(maps) }
        // A container and 9,999 elements are 10,000 values.
        let widest = BridgeValue.array([BridgeValue](repeating: .null, count: 9999)).encoded
        #expect(throws: Never.self) { try BridgeValue.decode(widest) }
        let wider = BridgeValue.array([BridgeValue](repeating: .null, count: 10_000)).encoded
        #expect(throws: BridgeDecodingError.tooManyValues) { try BridgeValue.decode(wider) }
        #expect(throws: BridgeDecodingError.tooDeep) {
            try BridgeValue.decode([UInt8](repeating: 0x91, count: 1_000_000), maximumNodes: .max)
        }
    }

    @Test func comparesMapsWithoutTheirOrder() {
        let one: BridgeValue = ["a": 1, "b": ["c": 2, "d": 3]]
        #expect(one == ["b": ["d": 3, "c": 2], "a": 1])
        #expect(one != ["b": ["d": 3, "c": 2], "a": 2])
        #expect(one != ["a": 1])
        #expect(BridgeValue.int(1) != .double(1))
        #expect(BridgeValue.string("é") != .string("e\u{301}"))
    }

    @Test func givesEasyAccess() {
        let value: BridgeValue = ["n": 3, "d": 4.0, "s": "x", "list": [1, 2], "none": nil]
        #expect(value["n"]?.intValue == 3)
        #expect(value["d"]?.intValue == 4)
        #expect(value["n"]?.doubleValue == 3)
        #expect(value["s"]?.stringValue == "x")
        #expect(value["list"]?.arrayValue?.count == 2)
        #expect(value["none"]?.isNull == true)
        #expect(value["other"] == nil)
        #expect(value.mapValue?.count == 5)
        #expect(BridgeValue.map(BridgeMap()).arrayValue == [])
        #expect(BridgeValue.null["x"] == nil)
        var map: BridgeMap = ["a": 1]
        map["b"] = 2
        map["a"] = nil
        #expect(map == ["b": 2])
    }
}
