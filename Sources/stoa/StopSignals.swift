@preconcurrency import Dispatch
import Glibc

/// SIGTERM and SIGINT as something to wait for. A second one ends the process at once.
struct StopSignals: Sendable {
    private let stream: AsyncStream<Void>
    // Never used again, only kept alive: Dispatch guards its sources itself.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        self.stream = stream
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                signal(number, SIG_DFL)
                continuation.yield()
            }
            source.resume()
            return source
        }
        signal(SIGPIPE, SIG_IGN)
    }

    func wait() async {
        for await _ in stream { return }
    }
}
