import Dispatch

/// Lets a thread of its own wait for a task.
struct BlockingWait: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func signal() { semaphore.signal() }
    func wait() { semaphore.wait() }
}
