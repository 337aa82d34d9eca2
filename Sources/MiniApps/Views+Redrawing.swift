import Messaging
import Model
import Runtime

/// Pages that depend on the time say when they are to be drawn again. One alarm stands for all of them.
extension Views {
    /// Milliseconds between two looks at what is due.
    private static let pause: Int64 = 250
    /// A page that wants to be drawn again is not before so many milliseconds have passed.
    private static let soonest: Int64 = 1000

    /// When a page that was drawn now is drawn again.
    static func redraw(_ wish: Int64?, after now: Int64) -> Int64? { wish.map { max($0, now + soonest) } }

    /// - Parameter time: milliseconds since 1970 UTC.
    func schedule(_ time: Int64) {
        let isSooner = withState { state in
            guard time < state.nextRedraw - Self.pause else { return false }
            state.nextRedraw = time
            return true
        }
        if isSooner { alarms.at(time) { [weak self] in self?.redraw(time) } }
    }

    private func redraw(_ time: Int64) {
        let now = messaging.clock.now()
        let (due, next) = withState { state -> ([ViewID], Int64?) in
            var due: [ViewID] = []
            var next: Int64?
            // A sooner one took the place of this alarm.
            guard state.nextRedraw == time else { return (due, next) }
            state.nextRedraw = .max
            for (id, view) in state.views {
                guard let time = view.redrawAt else { continue }
                if time <= now {
                    state.views[id]?.redrawAt = nil
                    due.append(id)
                } else {
                    next = min(next ?? time, time)
                }
            }
            return (due, next)
        }
        draw(due)
        if let next { schedule(max(next, now + Self.pause)) }
    }
}
