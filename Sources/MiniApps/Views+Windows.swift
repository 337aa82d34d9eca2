import Dispatch
import Sandbox

/// The rows that long lists show.
extension Views {
    /// The least time between two drawings of a page for other rows: a client may ask for rows as often as it likes.
    private static let pause: DispatchTimeInterval = .milliseconds(50)

    /// The rows that a list shows now.
    package func setWindow(_ view: String, key: String, from: Int64, count: Int64, sink: any ViewSink) {
        let id = ViewID(sink: sink.viewSinkID, name: view)
        let now = DispatchTime.now()
        let due = withState { state -> DispatchTime? in
            guard state.views[id]?.setsWindow(key, from: from, count: count) == true, state.views[id]?.isToBeWindowed == false
            else { return nil }
            let due = state.views[id]?.windowed.map { max(now, $0 + Self.pause) } ?? now
            state.views[id]?.windowed = due
            state.views[id]?.isToBeWindowed = true
            return due
        }
        guard let due else { return }
        begun()
        let run: @Sendable () -> Void = { [self] in
            withState { $0.views[id]?.isToBeWindowed = false }
            draw([id])
            over()
        }
        if due == now { run() } else { Self.queue.asyncAfter(deadline: due, execute: run) }
    }
}

extension OpenView {
    private static let maxWindows = 16
    private static let maxRows: Int64 = 200

    /// - Returns: whether a list of the page shows other rows now.
    fileprivate mutating func setsWindow(_ key: String, from: Int64, count: Int64) -> Bool {
        if windows[key] == nil, windows.count >= Self.maxWindows { windows.removeAll() }
        let window = (from: max(0, min(from, 1 << 40)), count: max(1, min(count, Self.maxRows)))
        guard windows[key].map({ $0 != window }) ?? true else { return false }
        windows[key] = window
        return tree?.first { $0.type == "list" && $0.key == .string(key) } != nil
    }
}
