import Glibc
import Synchronization

/// From a tenant's queue to its worker, and back.
extension HostLoop {
    /// Does what can be done of a tenant's queue.
    func pump(_ tenant: Tenant) {
        while let operation = tenant.queue.first {
            let vm = operation.vm
            switch operation {
            case .unload:
                unload(vm)
            case .drop(_, let conversation):
                drop(vm, conversation)
            case .load(_, let completion):
                guard let worker = usableWorker(tenant) else { return finishPump(tenant) }
                load(vm, on: worker, completion)
            case .step(let step):
                if let refusal = refusal(of: step) {
                    _ = tenant.queue.popFirst()
                    refusal()
                    continue
                }
                guard let worker = usableWorker(tenant) else { return finishPump(tenant) }
                if vm.wireID == 0 {
                    load(vm, on: worker, nil)
                    continue
                }
                send(step, to: worker)
            }
            _ = tenant.queue.popFirst()
        }
        finishPump(tenant)
    }

    private func finishPump(_ tenant: Tenant) {
        if let worker = tenant.worker, worker.state == .ready { flush(worker) }
    }

    /// A step that needs no worker to fail.
    private func refusal(of step: Step) -> (() -> Void)? {
        let vm = step.vm
        if vm.isUnloaded { return { step.lost("The program was unloaded.") } }
        switch step.action {
        case .resume:
            if vm.conversations[step.conversation] != nil { return nil }
            return { step.lost("The conversation is not in memory any more.") }
        case .start:
            guard vm.wireID == 0, let outcome = vm.reloadFailure else { return nil }
            vm.reloadFailure = nil
            return { step.completion(SandboxReply(outcome: outcome)) }
        }
    }

    /// The tenant's worker if it can take another request now; starts one when there is none.
    private func usableWorker(_ tenant: Tenant) -> Worker? {
        guard let worker = tenant.worker ?? startWorker(for: tenant) else { return nil }
        let isFree = worker.sent.count < HostOptions.window && worker.out.count < HostOptions.windowBytes && worker.loading == 0
        return worker.state == .ready && !worker.isDraining && isFree ? worker : nil
    }

    private func unload(_ vm: SandboxVM) {
        vm.isUnloaded = true
        vm.conversations = [:]
        vm.owner?.worker.map { forget(vm, in: $0) }
        vm.wireID = 0
    }

    /// Takes the program out of the worker.
    func forget(_ vm: SandboxVM, in worker: Worker) {
        guard vm.wireID != 0, worker.loaded.removeValue(forKey: vm.wireID) != nil else { return }
        // Too large it cannot be.
        try? worker.out.appendUnload(vm.wireID)
        vm.wireID = 0
    }

    private func drop(_ vm: SandboxVM, _ conversation: UInt64) {
        guard vm.conversations.removeValue(forKey: conversation) != nil, let worker = vm.owner?.worker else { return }
        try? worker.out.appendDrop(vm.wireID, conversation: conversation)
    }

    private func load(_ vm: SandboxVM, on worker: Worker, _ completion: SandboxHost.LoadCompletion?) {
        let id = worker.nextWireID
        do {
            try worker.out.appendLoad(id, vm.package)
        } catch {
            let message = "The program is too large for the sandbox: \(error)."
            if let completion {
                completion(.failure(SandboxLoadError(message: message)))
            } else {
                vm.reloadFailure = .failed(message: message, traceback: "")
            }
            return
        }
        worker.nextWireID += 1
        vm.wireID = id
        worker.loaded[id] = vm
        worker.loading += 1
        let limits = vm.package.limits
        let defaultBytes = 1 << 20
        let effects = limits.effectBytes == 0 ? defaultBytes : Int(limits.effectBytes)
        let values = limits.valueBytes == 0 ? defaultBytes : Int(limits.valueBytes)
        worker.largestReply = max(worker.largestReply, effects + values + defaultBytes)
        push(.load(vm, wireID: id, completion), to: worker)
    }

    private func send(_ step: Step, to worker: Worker) {
        let vm = step.vm
        let wall: UInt32
        let serial: UInt64
        do {
            switch step.action {
            case .start(let module, let arguments, let budget):
                if vm.conversations[step.conversation] != nil {
                    try worker.out.appendDrop(vm.wireID, conversation: step.conversation)
                }
                try worker.out.appendStart(
                    vm.wireID, conversation: step.conversation, module: module, arguments: arguments, budget: budget)
                wall = vm.wall(of: budget)
                serial = nextSerial
                nextSerial += 1
                vm.conversations[step.conversation] = SandboxVM.Conversation(serial: serial, wall: wall, steps: 1)
            case .resume(let result, let newTurn):
                guard var conversation = vm.conversations[step.conversation] else { return }
                try worker.out.appendResume(
                    vm.wireID, conversation: step.conversation, result: result, newTurn: newTurn)
                if let newTurn { conversation.wall = vm.wall(of: newTurn) }
                conversation.steps += 1
                wall = conversation.wall
                serial = conversation.serial
                vm.conversations[step.conversation] = conversation
            }
        } catch {
            step.completion(
                SandboxReply(outcome: .failed(message: "The values are too large for the sandbox: \(error).", traceback: "")))
            return
        }
        push(
            .step(vm, wireID: vm.wireID, conversation: step.conversation, serial: serial, wall: wall, step.completion),
            to: worker)
    }

    private func push(_ sent: Sent, to worker: Worker) {
        worker.sent.append(sent)
        worker.lastUsed = now
        if worker.sent.count == 1 { headChanged(worker) }
    }

    /// The clock of the worker's next answer begins.
    private func headChanged(_ worker: Worker) {
        worker.interruptAt = .max
        switch worker.sent.first {
        case nil:
            worker.deadline = .max
            return
        case .load: worker.deadline = now + HostOptions.loadTime
        case .step(_, _, _, _, let wall, _):
            let end = now + Int64(wall) * 1_000_000
            worker.deadline = end + HostOptions.grace
            if !worker.link.announcesReady {
                worker.interruptAt = end
                worker.deadline = end + HostOptions.threadGrace
            }
        }
        nextCheck = min(nextCheck, min(worker.deadline, worker.interruptAt))
    }

    func flush(_ worker: Worker) {
        if worker.out.isEmpty { return }
        if !worker.link.send(worker.out) { closed(worker) }
    }

    // MARK: Answers

    /// Takes what a worker has said.
    func receive(_ worker: Worker) {
        let isOpen = worker.link.receive(into: worker.input)
        do {
            while let frame = try Frame.first(in: worker.input.bytes, maximum: worker.largestReply) {
                let content = try WorkerFrame(frame)
                worker.input.consume(frame.size)
                try handle(content, from: worker)
                if worker.state == .gone { return }
            }
        } catch {
            end(worker, .malformed(error))
            return
        }
        if !isOpen {
            closed(worker)
        } else if !worker.tenant.queue.isEmpty {
            mark(worker.tenant)
        }
    }

    private func handle(_ frame: WorkerFrame, from worker: Worker) throws(FrameError) {
        switch frame {
        case .ready(let version):
            guard worker.state == .starting, version == WorkerFrame.version else { throw .field("version") }
            worker.state = .ready
            worker.deadline = .max
            mark(worker.tenant)
        case .loaded(let id, let error):
            guard worker.state == .ready, case .load(let vm, id, let completion)? = worker.sent.first else {
                throw .field("order of answers")
            }
            _ = worker.sent.popFirst()
            worker.loading -= 1
            answered(worker)
            if let error {
                worker.loaded[id] = nil
                if vm.wireID == id { vm.wireID = 0 }
                if completion == nil { vm.reloadFailure = .failed(message: error, traceback: "") }
                completion?(.failure(SandboxLoadError(message: error)))
            } else {
                completion?(.success(vm))
            }
        case .outcome(let outcome):
            guard worker.state == .ready,
                case .step(let vm, outcome.wireID, outcome.conversation, let serial, _, let completion)? = worker.sent.first
            else { throw .field("order of answers") }
            _ = worker.sent.popFirst()
            worker.answered += 1
            answered(worker)
            finish(outcome, of: vm, serial: serial, in: worker, completion)
        }
    }

    private func answered(_ worker: Worker) {
        worker.hasAnswered = true
        worker.lastUsed = now
        headChanged(worker)
    }

    private func finish(
        _ outcome: OutcomeFrame, of vm: SandboxVM, serial: UInt64, in worker: Worker, _ completion: SandboxHost.Completion
    ) {
        guard worker.loaded[outcome.wireID] === vm else {
            // Asked before it was known that the program is not to be used any more.
            let reason =
                vm.isUnloaded ? "The program was unloaded." : "The program had to be loaded anew after another turn failed."
            completion(SandboxReply(outcome: .lost(reason: reason, culprit: false)))
            return
        }
        if var conversation = vm.conversations[outcome.conversation], conversation.serial == serial {
            conversation.steps -= 1
            var goesOn = false
            if case .called = outcome.reply.outcome { goesOn = true }
            vm.conversations[outcome.conversation] = goesOn ? conversation : nil
        }
        if outcome.recycle { recycle(vm, in: worker) }
        replies.add(1, ordering: .relaxed)
        completion(outcome.reply)
    }

    private func recycle(_ vm: SandboxVM, in worker: Worker) {
        forget(vm, in: worker)
        count { $0.recycles += 1 }
        flush(worker)
        reportLost(vm)
    }

    /// What waits in a program that is no more. What is under way is told by its own answer.
    func reportLost(_ vm: SandboxVM) {
        let waiting = vm.conversations.filter { $0.value.steps == 0 }.map(\.key)
        vm.conversations = [:]
        if !waiting.isEmpty { onLost.withLock { $0 }(vm, waiting) }
    }

    func count(_ change: (inout SandboxStatistics) -> Void) {
        statistics.withLock { statistics in
            change(&statistics)
            statistics.workers = workers.count
            statistics.processes = workers.compactMap(\.link.processID)
        }
    }
}

extension SandboxVM {
    fileprivate func wall(of budget: TurnBudget) -> UInt32 {
        if budget.wallMilliseconds != 0 { return budget.wallMilliseconds }
        return package.limits.wallMilliseconds != 0 ? package.limits.wallMilliseconds : 5000
    }
}
