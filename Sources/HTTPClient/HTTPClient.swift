import CCurl
import Dispatch
import Foundation
import Synchronization

package struct HTTPClientOptions: Sendable {
    /// Lets requests reach loopback and private networks: for development alone.
    package var allowsPrivateAddresses = false
    /// Requests under way at a time; more wait.
    package var maxConcurrent = 256
    package var userAgent = "Stoa"
    /// Certificates to trust instead of the system's (PEM).
    package var caFile: String?
    package var connectTimeoutMilliseconds = 10_000
    /// Ports at which private addresses may be asked all the same: for tests of the wall.
    var exemptPorts: Set<Int> = []

    package init() {}
}

/// Outgoing HTTP for code that is not trusted: whom it may ask is judged by name before, by address while connecting, and again
/// at each redirect. libcurl's multi interface on a thread of its own.
package final class HTTPClient: Sendable {
    private struct State {
        var incoming: [Exchange] = []
        var isShutdown = false
        /// Nil once the thread has ended.
        var multi: MultiHandle?
    }

    /// libcurl allows `curl_multi_wakeup` from other threads; everything else is the client thread's.
    private struct MultiHandle: @unchecked Sendable { let pointer: UnsafeMutableRawPointer }

    private let options: HTTPClientOptions
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)

    /// - Throws: ``ClientFailure/Kind/unreachable`` when libcurl cannot be set up.
    package init(options: HTTPClientOptions = HTTPClientOptions()) throws(ClientFailure) {
        self.options = options
        guard Self.isReady, let multi = curl_multi_init() else {
            throw ClientFailure(.unreachable, "libcurl could not be set up.")
        }
        let handle = MultiHandle(pointer: multi)
        state = Mutex(State(multi: handle))
        Thread.detachNewThread { [self] in
            run(handle.pointer)
            state.withLock { $0.multi = nil }
            curl_multi_cleanup(handle.pointer)
            ended.signal()
        }
    }

    /// Once in a process, before any thread uses libcurl.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// Makes a request. Returns at once.
    ///
    /// - Parameters:
    ///   - permit: is asked for the first server and for that of each redirect, before anything is resolved; a text is why not.
    ///   - completion: called once, on the client's thread; must be short.
    package func send(
        _ request: ClientRequest, permit: @escaping @Sendable (RequestTarget) -> String?,
        completion: @escaping @Sendable (Result<ClientResponse, ClientFailure>) -> Void
    ) {
        do throws(ClientFailure) {
            try request.check()
            let exchange = Exchange(
                request: request, url: try ClientURL(request.url), options: options, now: Self.now(), permit: permit,
                completion: completion)
            let isTaken = state.withLock { state in
                guard !state.isShutdown, let multi = state.multi else { return false }
                state.incoming.append(exchange)
                curl_multi_wakeup(multi.pointer)
                return true
            }
            if !isTaken { throw Self.shutdownFailure }
        } catch {
            completion(.failure(error))
        }
    }

    /// Answers what is under way with ``ClientFailure/Kind/shutdown`` and ends the thread. Blocks until it has.
    package func shutdown() {
        let isFirst = state.withLock { state in
            guard !state.isShutdown else { return false }
            state.isShutdown = true
            if let multi = state.multi { curl_multi_wakeup(multi.pointer) }
            return true
        }
        if isFirst { ended.wait() }
    }

    private static let shutdownFailure = ClientFailure(.shutdown, "The server is being stopped.")

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    // MARK: The client's thread

    private func run(_ multi: UnsafeMutableRawPointer) {
        var waiting: [Exchange] = []
        var active: [UnsafeMutableRawPointer: Exchange] = [:]
        while true {
            let isShutdown = state.withLock { state in
                waiting += state.incoming
                state.incoming = []
                return state.isShutdown
            }
            if isShutdown { break }
            var started = 0
            while active.count < options.maxConcurrent, started < waiting.count {
                begin(waiting[started], multi, &active)
                started += 1
            }
            waiting.removeFirst(started)
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finish(multi, &active)
            let mayStartMore = !waiting.isEmpty && active.count < options.maxConcurrent
            if !mayStartMore { curl_multi_poll(multi, nil, 0, 1000, nil) }
        }
        for exchange in active.values {
            if let handle = exchange.handle { curl_multi_remove_handle(multi, handle) }
            exchange.release()
        }
        for exchange in Array(active.values) + waiting { exchange.completion(.failure(Self.shutdownFailure)) }
    }

    private func begin(
        _ exchange: Exchange, _ multi: UnsafeMutableRawPointer, _ active: inout [UnsafeMutableRawPointer: Exchange]
    ) {
        do throws(ClientFailure) {
            let handle = try exchange.prepare(options, now: Self.now())
            active[handle] = exchange
            curl_multi_add_handle(multi, handle)
        } catch {
            exchange.release()
            exchange.completion(.failure(error))
        }
    }

    private func finish(_ multi: UnsafeMutableRawPointer, _ active: inout [UnsafeMutableRawPointer: Exchange]) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            // Read before the handle goes, which takes the message along.
            let code = message.pointee.data.result
            curl_multi_remove_handle(multi, handle)
            guard let exchange = active.removeValue(forKey: handle) else { continue }
            switch exchange.ended(code) {
            case .done(let result):
                exchange.release()
                exchange.completion(result)
            case .redirected: begin(exchange, multi, &active)
            }
        }
    }
}
