import Synchronization

/// Carries one upload from the event loop to its sink's thread, and says when the loop must wait.
final class UploadPump: Sendable {
    /// Above this much waiting, the client is not read.
    static let highWater = 1 << 20

    private struct State {
        var chunks: [[UInt8]] = []
        var bytes = 0
        var running = false
        var paused = false
        var finish: HTTPResponder?
        var aborted = false
        var ended = false
        /// What the sink refused with: the answer, should the body end before the refusal has reached the loop.
        var refusal: HTTPResponse?
    }

    private let state = Mutex(State())
    private let sink: any HTTPBodySink
    private let key: UInt64
    private let workers: BlockingThreads
    /// Called off the loop when the sink has caught up.
    private let resume: @Sendable () -> Void
    /// Called off the loop when the sink refused; the answer to give.
    private let refuse: @Sendable (HTTPResponse) -> Void

    init(
        sink: any HTTPBodySink, key: UInt64, workers: BlockingThreads, resume: @escaping @Sendable () -> Void,
        refuse: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        self.sink = sink
        self.key = key
        self.workers = workers
        self.resume = resume
        self.refuse = refuse
    }

    /// Returns whether the loop may go on reading.
    func feed(_ bytes: [UInt8]) -> Bool {
        change { state in
            state.chunks.append(bytes)
            state.bytes += bytes.count
            state.paused = state.bytes > Self.highWater
            return !state.paused
        }
    }

    func finish(_ responder: HTTPResponder) {
        let refusal = change { state in
            if state.refusal == nil { state.finish = responder }
            return state.refusal
        }
        if let refusal { responder.send(refusal) }
    }

    func abort() {
        change { state in
            state.aborted = true
            state.chunks = []
            state.bytes = 0
        }
    }

    private func change<Result: Sendable>(_ body: (inout sending State) -> Result) -> Result {
        let (result, start) = state.withLock { state in
            if state.ended { return (body(&state), false) }
            let result = body(&state)
            defer { state.running = true }
            return (result, !state.running)
        }
        if start { workers.submit(key: key) { self.drain() } }
        return result
    }

    private enum Step {
        case receive([UInt8], resume: Bool)
        case finish(HTTPResponder)
        case abort
        case wait
    }

    private func next() -> Step {
        state.withLock { state in
            if state.ended {
                state.running = false
                return .wait
            }
            if state.aborted {
                state.ended = true
                return .abort
            }
            if !state.chunks.isEmpty {
                let chunk = state.chunks.removeFirst()
                state.bytes -= chunk.count
                let resume = state.paused && state.bytes <= Self.highWater / 2
                if resume { state.paused = false }
                return .receive(chunk, resume: resume)
            }
            if let responder = state.finish {
                state.finish = nil
                state.ended = true
                return .finish(responder)
            }
            state.running = false
            return .wait
        }
    }

    private func drain() {
        while true {
            switch next() {
            case .wait: return
            case .abort: return sink.abort()
            case .finish(let responder): return sink.finish(responder)
            case .receive(let chunk, let wake):
                if wake { resume() }
                do {
                    try sink.receive(chunk)
                } catch {
                    let answer = (error as? HTTPFailure)?.response ?? .text(500, "The upload could not be stored.")
                    let responder = state.withLock { state in
                        state.ended = true
                        state.chunks = []
                        state.refusal = answer
                        return state.finish.take()
                    }
                    if let responder { responder.send(answer) } else { refuse(answer) }
                    return sink.abort()
                }
            }
        }
    }
}
