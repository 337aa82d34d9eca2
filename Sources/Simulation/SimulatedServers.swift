import Sandbox
import Synchronization

/// What the world outside answers to `http.fetch`: what the test said that it would.
final class SimulatedServers: Sendable {
    private struct Stub {
        let method: String?
        /// Ends with `*` to stand for all that begin so.
        let url: String
        var answers: [BridgeValue]

        func matches(_ request: BridgeValue) -> Bool {
            guard let url = request["url"]?.stringValue else { return false }
            if let method, method != request["method"]?.stringValue { return false }
            return self.url.hasSuffix("*") ? url.hasPrefix(self.url.dropLast()) : url == self.url
        }
    }

    private struct State {
        var stubs: [Stub] = []
        var requests: [BridgeValue] = []
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - target: `https://…`, or `POST https://…`; a `*` at the end stands for anything.
    ///   - answers: given one after another; the last one again and again.
    func stub(_ target: String, _ answers: [BridgeValue]) {
        let parts = target.split(separator: " ", maxSplits: 1).map(String.init)
        let stub = Stub(method: parts.count == 2 ? parts[0] : nil, url: parts.last ?? "", answers: answers)
        // The newest counts.
        state.withLock { $0.stubs.insert(stub, at: 0) }
    }

    /// What was asked, in order, each as `{ method, url, headers, body }`.
    var requests: [BridgeValue] { state.withLock { $0.requests } }

    func answer(_ request: BridgeValue) -> BridgeValue {
        state.withLock { state in
            state.requests.append(request)
            guard let index = state.stubs.firstIndex(where: { $0.matches(request) }) else {
                let target = "\(request["method"]?.stringValue ?? "") \(request["url"]?.stringValue ?? "")"
                return ["error": .string("no answer is simulated for \(target); give one with sim.server(…)")]
            }
            guard state.stubs[index].answers.count > 1 else { return state.stubs[index].answers.first ?? .null }
            return state.stubs[index].answers.removeFirst()
        }
    }
}
