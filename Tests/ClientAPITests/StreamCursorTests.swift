import Testing

@testable import ClientAPI

@Suite struct StreamCursorTests {
    /// A log, a stream that follows it, and what the stream sent.
    private struct Simulation {
        var cursor: StreamCursor<Int64>
        var log: Int64 = 0
        var sent: [Int64] = []
        /// The readings under way: there must never be two.
        var readings: [Int64] = []

        init(after: Int64, log: Int64) {
            cursor = StreamCursor(after: after)
            self.log = log
            readings = [after]
        }

        mutating func perform(_ action: StreamCursor<Int64>.Action) {
            switch action {
            case .send(let frame): sent.append(frame)
            case .read(let after): readings.append(after)
            }
        }

        mutating func live(_ seq: Int64, known: Bool = true) {
            if let action = cursor.live(seq, known ? seq : nil) { perform(action) }
        }

        mutating func commit(known: Bool = true) {
            log += 1
            live(log, known: known)
        }

        /// Answers the reading under way from the log as it stood at `snapshot`.
        mutating func read(limit: Int64 = 10, snapshot: Int64? = nil) {
            guard let after = readings.popLast() else { return }
            let end = min(snapshot ?? log, after + limit)
            let events = after < end ? (after + 1...end).map { (seq: $0, frame: $0) } : []
            for action in cursor.page(events, more: end - after == limit) { perform(action) }
        }
    }

    @Test func whatWasMissedComesFirst() {
        var stream = Simulation(after: 3, log: 25)
        while !stream.readings.isEmpty { stream.read() }
        #expect(stream.sent == Array(4...25))
        stream.commit()
        #expect(stream.sent == Array(4...26))
    }

    @Test func liveEventsAreHeldWhileReading() {
        var stream = Simulation(after: 0, log: 2)
        stream.commit()
        stream.commit()
        #expect(stream.sent.isEmpty)
        stream.read(snapshot: 2)
        #expect(stream.sent == [1, 2, 3, 4])
        #expect(stream.readings.isEmpty)
    }

    @Test func aGapIsReadFromTheLog() {
        var stream = Simulation(after: 0, log: 0)
        stream.read()
        stream.log = 3
        stream.live(3)
        #expect(stream.sent.isEmpty && stream.readings == [0])
        stream.live(2)
        stream.live(1)
        stream.read()
        #expect(stream.sent == [1, 2, 3])
        stream.live(2)
        #expect(stream.sent == [1, 2, 3])
    }

    @Test func anEventWithoutFrameIsReadFromTheLog() {
        var stream = Simulation(after: 0, log: 0)
        stream.read()
        stream.commit(known: false)
        stream.commit()
        stream.commit(known: false)
        #expect(stream.readings == [0])
        stream.read(snapshot: 1)
        #expect(stream.sent == [1, 2] && stream.readings == [2])
        stream.read()
        #expect(stream.sent == [1, 2, 3])
    }

    @Test func tooManyHeldAreReadAgain() {
        var stream = Simulation(after: 0, log: 0)
        let count = Int64(StreamCursor<Int64>.maxHeld + 50)
        for _ in 0..<count { stream.commit() }
        stream.read(snapshot: 0)
        #expect(stream.sent.isEmpty && stream.readings == [0])
        while !stream.readings.isEmpty { stream.read() }
        #expect(stream.sent == Array(1...count))
    }

    @Test func aStreamFromNowOnLeavesOutWhatWas() {
        var stream = Simulation(after: 0, log: 7)
        stream.live(7)
        stream.commit()
        stream.readings = []
        stream.cursor.start(at: 7)
        for action in stream.cursor.page([], more: false) { stream.perform(action) }
        #expect(stream.sent == [8])
    }

    /// Commits, late and repeated notices, and readings in any order: the client sees 1, 2, 3, … whatever happens.
    @Test(arguments: 0..<200) func anyOrderOfThingsGivesOneSequence(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        var stream = Simulation(after: 0, log: Int64.random(in: 0...30, using: &random))
        var late: [Int64] = []
        for _ in 0..<300 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: stream.commit()
            case 1: stream.commit(known: false)
            case 2:
                stream.log += 1
                late.append(stream.log)
            case 3:
                if let index = late.indices.randomElement(using: &random) { stream.live(late.remove(at: index)) }
            case 4: stream.live(Int64.random(in: 0...max(1, stream.log), using: &random))
            default: stream.read(limit: Int64.random(in: 1...9, using: &random))
            }
            #expect(stream.readings.count <= 1)
        }
        for seq in late { stream.live(seq) }
        while !stream.readings.isEmpty { stream.read() }
        stream.commit()
        while !stream.readings.isEmpty { stream.read() }
        #expect(stream.sent == Array(1...stream.log))
    }
}

/// A small random generator with a seed, so that a failure can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
