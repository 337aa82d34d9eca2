import CWebSockets
import Glibc

/// A bound, listening TCP socket. It belongs to whoever made it until an event loop takes it over.
struct ListenSocket {
    let descriptor: Int32
    let port: Int

    /// `shared` lets several sockets of one server listen on one port; the kernel spreads connections over them.
    init(host: String, port: Int, shared: Bool) throws(HTTPServerError) {
        descriptor = web_listen(host == "localhost" ? "127.0.0.1" : host, String(port), shared ? 1 : 0)
        if descriptor == -2 {
            throw HTTPServerError(message: "The address \(host) is not a numeric IPv4 or IPv6 address.")
        }
        guard descriptor >= 0 else {
            let hint =
                errno == EADDRINUSE
                ? " Another program uses the port: stop it or choose another port."
                : errno == EACCES ? " Ports below 1024 need a privilege: choose a higher one." : ""
            throw HTTPServerError(message: "Could not listen on \(host) port \(port): \(errorText(errno)).\(hint)")
        }
        self.port = Int(web_bound_port(descriptor))
    }

    /// The next waiting client and its address; nil when none waits. An IPv4 address that reached an IPv6 socket is given as
    /// IPv4.
    static func accept(from descriptor: Int32) -> (descriptor: Int32, address: String)? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let client = web_accept(descriptor, buffer.baseAddress, 64)
            guard client >= 0, let base = buffer.baseAddress else { return nil }
            let text = String(cString: base)
            let isMapped = text.utf8.starts(with: "::ffff:".utf8) && text.utf8.contains(UInt8(ascii: "."))
            return (client, isMapped ? String(text.dropFirst(7)) : text)
        }
    }
}

/// The process's limit on open files.
enum Descriptors {
    /// Raises the soft limit as far as `connections` need and returns how many connections the limit allows.
    static func raiseLimit(for connections: Int) -> Int {
        let reserve = 512
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connections }
        let wanted = rlim_t(connections + reserve)
        if limit.rlim_cur < wanted {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return max(16, min(connections, Int(min(limit.rlim_cur, 1 << 20)) - reserve))
    }
}
