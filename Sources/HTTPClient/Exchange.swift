import CCurl
import Glibc

/// One request on its way, over its redirects.
///
/// `@unchecked Sendable` because it is made by the caller, handed over under the client's lock, and from then on only touched by
/// the client's thread, on which libcurl calls back as well.
final class Exchange: @unchecked Sendable {
    static let maxHeaderBytes = 64 << 10
    static let maxHeaderLines = 200

    let request: ClientRequest
    let permit: @Sendable (RequestTarget) -> String?
    let completion: @Sendable (Result<ClientResponse, ClientFailure>) -> Void
    let allowsPrivate: Bool
    let exemptPorts: Set<Int>

    private(set) var url: ClientURL
    private var method: String
    private var body: [UInt8]?
    private var headers: [ClientRequest.Header]
    private var redirects = 0
    let deadline: Int64

    private(set) var handle: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var received: [UInt8] = []
    private var responseHeaders: [(name: String, value: String)] = []
    private var headerBytes = 0
    private var headerLines = 0
    /// Why a callback stopped the transfer.
    private var stopped: ClientFailure?
    private var refusedAddress: String?

    init(
        request: ClientRequest, url: ClientURL, options: HTTPClientOptions, now: Int64,
        permit: @escaping @Sendable (RequestTarget) -> String?,
        completion: @escaping @Sendable (Result<ClientResponse, ClientFailure>) -> Void
    ) {
        self.request = request
        self.url = url
        self.permit = permit
        self.completion = completion
        allowsPrivate = options.allowsPrivateAddresses
        exemptPorts = options.exemptPorts
        method = request.method
        body = request.body
        headers = request.headers
        deadline = now + Int64(request.timeoutMilliseconds)
    }

    deinit { release() }

    private var server: String { url.target.host }

    // MARK: One hop

    /// Makes libcurl's handle for the present URL.
    /// - Throws: ``ClientFailure`` when it may not be asked, or no time is left.
    func prepare(_ options: HTTPClientOptions, now: Int64) throws(ClientFailure) -> UnsafeMutableRawPointer {
        if let refusal = permit(url.target) { throw ClientFailure(.forbidden, refusal) }
        guard deadline > now else { throw timedOut }
        release()
        (received, responseHeaders, headerBytes, headerLines) = ([], [], 0, 0)
        (stopped, refusedAddress) = (nil, nil)
        guard let handle = curl_easy_init() else { throw ClientFailure(.unreachable, "There is no memory for a request.") }
        self.handle = handle
        set(CURLOPT_URL, url.text)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // Neither the environment nor a file of the operator's may send an app's request elsewhere.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_USERAGENT, options.userAgent)
        if let file = options.caFile { set(CURLOPT_CAINFO, file) }
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // A connection that is kept would not pass the wall of `openSocket` again.
        set(CURLOPT_FRESH_CONNECT, 1)
        set(CURLOPT_FORBID_REUSE, 1)
        set(CURLOPT_TIMEOUT_MS, Int(deadline - now))
        set(CURLOPT_CONNECTTIMEOUT_MS, min(options.connectTimeoutMilliseconds, Int(deadline - now)))
        let context = Unmanaged.passUnretained(self).toOpaque()
        stoa_curl_set_socket(handle, Exchange.openSocket)
        stoa_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, context)
        stoa_curl_set_data(handle, CURLOPT_WRITEFUNCTION, Exchange.takeBody)
        stoa_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        stoa_curl_set_data(handle, CURLOPT_HEADERFUNCTION, Exchange.takeHeader)
        stoa_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        setMethod(handle)
        setHeaders(handle)
        return handle
    }

    private func setMethod(_ handle: UnsafeMutableRawPointer) {
        if method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
        } else if method == "GET" {
            set(CURLOPT_HTTPGET, 1)
        } else {
            let body = body ?? []
            let sends = self.body != nil || method == "POST" || method == "PUT" || method == "PATCH"
            if sends {
                stoa_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
                body.withUnsafeBytes { bytes in
                    let start = bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) }
                    if let start {
                        stoa_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, start)
                    } else {
                        set(CURLOPT_COPYPOSTFIELDS, "")
                    }
                }
            }
            set(CURLOPT_CUSTOMREQUEST, method)
        }
    }

    private func setHeaders(_ handle: UnsafeMutableRawPointer) {
        func add(_ line: String) { headerList = curl_slist_append(headerList, line) }
        // libcurl would wait for a 100 before it sends, and call a body a form.
        add("Expect:")
        if !headers.contains(where: { $0.name.lowercased() == "content-type" }) { add("Content-Type:") }
        // A header without a value ends with a semicolon here.
        for header in headers { add(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)") }
        if let headerList { stoa_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList) }
    }

    private func set(_ option: CURLoption, _ value: Int) { if let handle { stoa_curl_set_long(handle, option, value) } }
    private func set(_ option: CURLoption, _ value: String) { if let handle { stoa_curl_set_text(handle, option, value) } }

    func release() {
        if let handle { curl_easy_cleanup(handle) }
        if let headerList { curl_slist_free_all(headerList) }
        handle = nil
        headerList = nil
    }

    // MARK: Its end

    enum Ending {
        case done(Result<ClientResponse, ClientFailure>)
        /// Another hop follows.
        case redirected
    }

    func ended(_ code: CURLcode) -> Ending {
        if let stopped { return .done(.failure(stopped)) }
        guard code == CURLE_OK, let handle else { return .done(.failure(failure(code))) }
        let status = Int(stoa_curl_status(handle))
        guard [301, 302, 303, 307, 308].contains(status), request.maxRedirects > 0,
            let location = responseHeaders.last(where: { $0.name == "location" })?.value
        else {
            return .done(.success(ClientResponse(status: status, headers: responseHeaders, body: received, url: url.text)))
        }
        do throws(ClientFailure) {
            try follow(location, status)
            return .redirected
        } catch {
            return .done(.failure(error))
        }
    }

    private func follow(_ location: String, _ status: Int) throws(ClientFailure) {
        redirects += 1
        guard redirects <= request.maxRedirects else {
            throw ClientFailure(.tooManyRedirects, "\(server) redirected more than \(request.maxRedirects) times.")
        }
        let next = try url.following(location)
        guard url.target.scheme == "http" || next.target.scheme == "https" else {
            throw ClientFailure(.forbidden, "\(server) redirected from https to http, which is not followed.")
        }
        // As browsers do (RFC 9110, section 15.4): only 307 and 308 keep the method and the body.
        if status == 303 && method != "HEAD" || (status == 301 || status == 302) && method == "POST" {
            method = "GET"
            body = nil
            headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
        }
        if next.target != url.target {
            headers.removeAll { $0.isSecret || ["authorization", "cookie"].contains($0.name.lowercased()) }
        }
        url = next
    }

    private var timedOut: ClientFailure {
        ClientFailure(.timeout, "\(server) did not answer whole within \(request.timeoutMilliseconds) ms.")
    }

    private func failure(_ code: CURLcode) -> ClientFailure {
        let text = String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return timedOut
        case CURLE_COULDNT_RESOLVE_HOST:
            return ClientFailure(.unresolved, "The name \(server) could not be resolved. Check its spelling.")
        case _ where refusedAddress != nil:
            return ClientFailure(
                .privateAddress,
                "\(server) is at \(refusedAddress ?? ""), which is no public address. Apps may ask public servers only.")
        case CURLE_COULDNT_CONNECT: return ClientFailure(.unreachable, "\(server) could not be reached: \(text).")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            return ClientFailure(.tls, "No safe connection to \(server) could be made: \(text).")
        default: return ClientFailure(.protocolError, "\(server) did not answer as HTTP asks: \(text).")
        }
    }

    // MARK: What libcurl calls

    /// The wall: the address judged here is the very one that is connected to, whatever name or redirect led to it.
    private static let openSocket: stoa_curl_socket = { context, _, address in
        guard let context, let address else { return -1 }
        let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        let length = Int(address.pointee.addrlen)
        let socketAddress = UnsafeMutableRawPointer(address).advanced(by: addressOffset).assumingMemoryBound(to: sockaddr.self)
        let isExempt = exchange.exemptPorts.contains(PublicAddress.port(socketAddress))
        guard exchange.allowsPrivate || isExempt || PublicAddress.isPublic(socketAddress, length: length) else {
            exchange.refusedAddress = PublicAddress.text(socketAddress, length: length)
            return -1
        }
        return socket(address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }

    private static let addressOffset = MemoryLayout<curl_sockaddr>.offset(of: \curl_sockaddr.addr) ?? 16

    private static let takeBody: stoa_curl_data = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        let length = size * count
        guard exchange.received.count + length <= exchange.request.maxResponseBytes else {
            exchange.stopped = ClientFailure(
                .tooLarge, "\(exchange.server) answered with more than \(exchange.request.maxResponseBytes) bytes.")
            return 0
        }
        exchange.received.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
        return length
    }

    private static let takeHeader: stoa_curl_data = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        let length = size * count
        return exchange.take(header: UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
    }

    private func take(header bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        headerLines += 1
        guard headerBytes <= Self.maxHeaderBytes, headerLines <= Self.maxHeaderLines else {
            stopped = ClientFailure(
                .tooLarge,
                "\(server) sent more than \(Self.maxHeaderLines) headers or \(Self.maxHeaderBytes >> 10) KiB of them.")
            return false
        }
        let line = String(decoding: bytes, as: UTF8.self)
        // A status line: what came before belonged to an interim answer.
        if line.hasPrefix("HTTP/") {
            responseHeaders = []
        } else if let colon = line.firstIndex(of: ":") {
            let blanks: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
            let value = line[line.index(after: colon)...].drop(while: blanks)
            let end = value.lastIndex { !blanks($0) }.map { value.index(after: $0) } ?? value.startIndex
            responseHeaders.append((line[..<colon].lowercased(), String(value[..<end])))
        }
        return true
    }
}
