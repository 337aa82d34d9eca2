/// When nothing of pages is in flight: for tests, which look at what is shown then.
extension Views {
    /// Nothing is drawn, opened or put into an inbox. What an app does meanwhile may make it draw again.
    package var isQuiet: Bool { withState { $0.isQuiet } }

    /// Returns when ``isQuiet``.
    package func whenQuiet() async {
        await withCheckedContinuation { continuation in
            let isQuiet = withState { state in
                if !state.isQuiet { state.quietWaiters.append { continuation.resume() } }
                return state.isQuiet
            }
            if isQuiet { continuation.resume() }
        }
    }

    /// Something begins that ends with ``over()``.
    func begun() { withState { $0.underWay += 1 } }

    func over() {
        let waiters = withState { state in
            state.underWay -= 1
            var waiters: [@Sendable () -> Void] = []
            if state.isQuiet { swap(&waiters, &state.quietWaiters) }
            return waiters
        }
        for waiter in waiters { waiter() }
    }
}

extension Views.State {
    var isQuiet: Bool { underWay == 0 && drawings.isEmpty }
}
