/// Where one stream stands in its user's event log: what to send now, what to hold, when to read the log.
///
/// Pure. Events come from two sides: live ones as they are committed (in any order, maybe twice), and pages read from the
/// log. Out of them it makes one sequence without gap, repetition or disorder. It is always either reading or live.
struct StreamCursor<Frame> {
    enum Action {
        case send(Frame)
        /// Read the log from after this place and give the result to `page`. Nothing else is read until then.
        case read(after: Int64)
    }

    /// Live events kept while a page is on its way; more are read from the log again.
    static var maxHeld: Int { 256 }

    /// The last place sent.
    private(set) var sent: Int64
    private(set) var isReading = true
    /// In the order they came. A nil frame must be read from the log.
    private var held: [(seq: Int64, frame: Frame?)] = []
    private var overflowed = false

    /// Begins reading: the caller reads the log after `after` at once.
    init(after: Int64) { sent = after }

    /// For a stream that wants only what comes from now on: called before the first page.
    mutating func start(at seq: Int64) { sent = max(sent, seq) }

    /// An event was committed. `frame` is nil when its content has to be read from the log.
    mutating func live(_ seq: Int64, _ frame: Frame?) -> Action? {
        guard seq > sent else { return nil }
        if isReading {
            if held.count < Self.maxHeld { held.append((seq, frame)) } else { overflowed = true }
            return nil
        }
        if seq == sent + 1, let frame {
            sent = seq
            return .send(frame)
        }
        isReading = true
        return .read(after: sent)
    }

    /// A page of the log came: what follows the place asked for, in order. `more`: the log held more than fitted.
    mutating func page(_ events: [(seq: Int64, frame: Frame)], more: Bool) -> [Action] {
        var actions: [Action] = []
        for event in events where event.seq > sent {
            sent = event.seq
            actions.append(.send(event.frame))
        }
        if more || overflowed {
            // What was held is in the log too.
            held = []
            overflowed = false
            actions.append(.read(after: sent))
            return actions
        }
        for event in held.sorted(by: { $0.seq < $1.seq }) where event.seq > sent {
            guard event.seq == sent + 1, let frame = event.frame else {
                held = []
                actions.append(.read(after: sent))
                return actions
            }
            sent = event.seq
            actions.append(.send(frame))
        }
        held = []
        isReading = false
        return actions
    }
}
