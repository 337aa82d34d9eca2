import Synchronization

/// Text in Prometheus' exposition format, version 0.0.4.
package struct MetricsText: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var described: Set<String> = []

    package init() {}

    /// A number that only rises. `labels` is what stands between the braces: `class="2xx"`.
    package mutating func counter(_ name: String, _ help: String, _ value: Int64, labels: String = "") {
        write(name, "counter", help, String(value), labels)
    }

    package mutating func gauge(_ name: String, _ help: String, _ value: Int64, labels: String = "") {
        write(name, "gauge", help, String(value), labels)
    }

    package mutating func gauge(_ name: String, _ help: String, seconds: Double, labels: String = "") {
        write(name, "gauge", help, String(seconds), labels)
    }

    private mutating func write(_ name: String, _ type: String, _ help: String, _ value: String, _ labels: String) {
        if described.insert(name).inserted {
            bytes += Array("# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8)
        }
        bytes += Array("\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n".utf8)
    }
}

/// What the client API counts about itself.
final class APICounters: Sendable {
    private let classes = Mutex([Int64](repeating: 0, count: 6))
    let uploads = Atomic<Int64>(0)

    func answered(_ status: Int) {
        classes.withLock { $0[min(5, max(0, status / 100))] += 1 }
    }

    func write(to text: inout MetricsText) {
        let classes = classes.withLock { $0 }
        for (index, count) in classes.enumerated().dropFirst(2) {
            text.counter(
                "stoa_http_answers_total", "Answers of the client API by class of status.", count,
                labels: "class=\"\(index)xx\"")
        }
        text.counter("stoa_uploads_total", "Files uploaded.", uploads.load(ordering: .relaxed))
    }
}
