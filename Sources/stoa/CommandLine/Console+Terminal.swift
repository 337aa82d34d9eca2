import Glibc

extension Console {
    /// The program's own standard output and error.
    static let terminal = Console(out: { write($0, to: 1) }, error: { write($0, to: 2) })

    func out(json: JSONText) { out(json.description) }

    private static func write(_ line: String, to descriptor: Int32) {
        var bytes = Array((line + "\n").utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Nobody reads any more: there is nowhere to complain to.
            guard written > 0 || (written < 0 && errno == EINTR) else { return }
            bytes = bytes.dropFirst(max(0, written))
        }
    }
}
