import Synchronization

/// Observers are added while the server is put together and read at every commit.
final class ObserverList: Sendable {
    private let list = Mutex<[any Messaging.Observer]>([])

    var all: [any Messaging.Observer] { list.withLock { $0 } }

    func add(_ observer: any Messaging.Observer) {
        list.withLock { $0.append(observer) }
    }
}
