/// What the host is asked to do. Those of a tenant are done in order.
enum Operation: Sendable {
    case load(SandboxVM, SandboxHost.LoadCompletion)
    case step(Step)
    case drop(SandboxVM, UInt64)
    case unload(SandboxVM)

    var vm: SandboxVM {
        switch self {
        case .load(let vm, _), .drop(let vm, _), .unload(let vm): vm
        case .step(let step): step.vm
        }
    }

    /// Tells who asked that nothing comes of it.
    /// - Parameter culprit: whether it is not to be tried again for nothing.
    func lose(_ reason: String, culprit: Bool = false) {
        switch self {
        case .load(_, let completion): completion(.failure(SandboxLoadError(message: reason)))
        case .step(let step): step.lost(reason, culprit: culprit)
        case .unload, .drop: break
        }
    }
}

/// One step of a conversation: to begin it or to answer its call.
struct Step: Sendable {
    enum Action: Sendable {
        case start(module: String, arguments: [BridgeValue], budget: TurnBudget)
        case resume(result: Result<[BridgeValue], BridgeFailure>, newTurn: TurnBudget?)
    }

    let vm: SandboxVM
    let conversation: UInt64
    let action: Action
    let completion: SandboxHost.Completion

    func lost(_ reason: String, culprit: Bool = false) {
        completion(SandboxReply(outcome: .lost(reason: reason, culprit: culprit)))
    }
}

/// A request that a worker has and will answer.
enum Sent {
    /// Without a completion the host itself loads a program again.
    case load(SandboxVM, wireID: UInt32, SandboxHost.LoadCompletion?)
    case step(
        SandboxVM, wireID: UInt32, conversation: UInt64, serial: UInt64, wall: UInt32, SandboxHost.Completion)
}

/// First in, first out; both ends in constant time.
struct FIFO<Element> {
    private var items: [Element?] = []
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { head == items.count }
    var first: Element? { isEmpty ? nil : items[head] }

    mutating func append(_ element: Element) { items.append(element) }

    mutating func popFirst() -> Element? {
        guard head < items.count else { return nil }
        let element = items[head].take()
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: items.count <= 1024)
            head = 0
        } else if head >= 1024 && head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Puts elements before all others.
    mutating func prepend(_ elements: [Element]) {
        guard !elements.isEmpty else { return }
        items.replaceSubrange(0..<head, with: elements.map(Optional.some))
        head = 0
    }

    mutating func removeAll() -> [Element] {
        defer { self = FIFO() }
        return items[head...].compactMap { $0 }
    }
}
