import Glibc

/// Why a worker ends.
enum WorkerEnd {
    /// By itself, so.
    case died(String)
    case deadline
    case malformed(FrameError)
    case notReady
    /// To make room.
    case idle
}

/// Life and death of workers.
extension HostLoop {
    /// Nil while the tenant has to wait, and when it cannot be done (then its queue has been answered).
    func startWorker(for tenant: Tenant) -> Worker? {
        if now < tenant.notBefore {
            if !paused.contains(where: { $0 === tenant }) { paused.append(tenant) }
            nextCheck = min(nextCheck, tenant.notBefore)
            return nil
        }
        guard workers.count < options.maxWorkers || makeRoom() else {
            if !tenant.waitsForRoom {
                tenant.waitsForRoom = true
                crowded.append(tenant)
            }
            return nil
        }
        let link: any WorkerLink
        do {
            link = try makeLink()
        } catch {
            tenant.countFailure(now: now)
            options.log(error.message)
            failQueue(of: tenant, reason: error.message)
            return nil
        }
        let worker = Worker(link: link, tenant: tenant, now: now)
        if worker.state == .starting {
            worker.deadline = now + HostOptions.readyTime
            nextCheck = min(nextCheck, worker.deadline)
        }
        tenant.worker = worker
        workers.append(worker)
        workersChanged = true
        let isRestart = tenant.hadWorker
        tenant.hadWorker = true
        count {
            $0.started += 1
            if isRestart { $0.restarts += 1 }
        }
        return worker
    }

    /// Stops a worker for another tenant: the idle one that was used least recently. When all work, the oldest takes no more
    /// requests and goes when it has done what it has.
    private func makeRoom() -> Bool {
        let idle = workers.filter { $0.isIdle || ($0.isDraining && $0.state == .ready && $0.sent.isEmpty) }
        if let idle = idle.min(by: { $0.lastUsed < $1.lastUsed }) {
            end(idle, .idle)
            return true
        }
        if workers.contains(where: \.isDraining) { return false }
        guard let oldest = workers.filter({ $0.state == .ready }).min(by: { $0.startedAt < $1.startedAt }) else { return false }
        // Short turns of many tenants must not spend all their time on starting workers.
        let ripe = oldest.startedAt + HostOptions.leastLife
        if now >= ripe { oldest.isDraining = true } else { nextCheck = min(nextCheck, ripe) }
        return false
    }

    /// Lets those in who wait for room, as far as there is some.
    func relieveCrowd() {
        while let tenant = crowded.first, workers.count < options.maxWorkers || makeRoom() {
            crowded.removeFirst()
            tenant.waitsForRoom = false
            pump(tenant)
        }
    }

    /// The worker has closed its end. How it ended is known as soon as it is reaped.
    func closed(_ worker: Worker) {
        guard worker.state == .starting || worker.state == .ready else { return }
        worker.state = .dying
        worker.link.kill()
        worker.deadline = now + 1_000_000_000
        worker.interruptAt = .max
        corpses.append(worker)
    }

    func reapCorpses() {
        let all = corpses
        corpses = []
        for worker in all {
            let ending = worker.link.reap()
            if ending == nil && (worker.state == .gone || now < worker.deadline) {
                corpses.append(worker)
            } else if worker.state == .dying {
                end(worker, .died(ending ?? "it does not end"))
            }
        }
    }

    /// Takes a worker out, answers what it had and frees its tenant for another one.
    func end(_ worker: Worker, _ cause: WorkerEnd) {
        guard worker.state != .gone else { return }
        // One that never did anything might never do: then nothing may go on waiting for it.
        let wasUseful = worker.hasAnswered || cause.isOurWish
        if worker.state != .dying { worker.link.kill() }
        worker.state = .gone
        if worker.link.reap() == nil { corpses.append(worker) }
        worker.deadline = .max
        worker.interruptAt = .max
        let tenant = worker.tenant
        tenant.worker = nil
        workers.removeAll { $0 === worker }
        workersChanged = true
        note(cause, of: worker, tenant)
        for vm in worker.loaded.values {
            vm.wireID = 0
            reportLost(vm)
        }
        worker.loaded = [:]
        answerSent(of: worker, cause)
        if !wasUseful { failQueue(of: tenant, reason: "The sandbox worker is of no use: \(cause.text).") }
        if !tenant.queue.isEmpty { mark(tenant) }
    }

    private func note(_ cause: WorkerEnd, of worker: Worker, _ tenant: Tenant) {
        if case .idle = cause {
            count { $0.idleStops += 1 }
            return
        }
        if now - worker.startedAt > HostOptions.healthyLife { tenant.failures = 0 }
        tenant.countFailure(now: now)
        count { if case .died = cause { $0.deaths += 1 } else { $0.kills += 1 } }
        options.log("The sandbox worker of \(tenant.name) is gone: \(cause.text).")
    }

    private func answerSent(of worker: Worker, _ cause: WorkerEnd) {
        var isHead = true
        var loads: [Operation] = []
        while let sent = worker.sent.popFirst() {
            switch sent {
            case .load(let vm, _, let completion):
                let reason = isHead ? cause.text : nil
                if let completion {
                    if let reason {
                        completion(.failure(SandboxLoadError(message: "The program could not be loaded: \(reason).")))
                    } else {
                        loads.append(.load(vm, completion))
                    }
                } else if let reason {
                    vm.reloadFailure = .lost(reason: "The program could not be loaded again: \(reason).", culprit: true)
                }
            case .step(_, _, _, _, _, let completion):
                completion(SandboxReply(outcome: isHead ? cause.outcomeOfHead : cause.outcomeOfOthers))
            }
            isHead = false
        }
        worker.tenant.queue.prepend(loads)
    }

    /// No worker can be had: everything is answered, so that nobody hangs. The pause keeps tries apart.
    private func failQueue(of tenant: Tenant, reason: String) {
        for operation in tenant.queue.removeAll() {
            operation.lose(reason)
            if case .unload(let vm) = operation { vm.isUnloaded = true }
        }
    }

    // MARK: Time

    /// Looks at everything that may be overdue and finds out when to look again.
    func check() {
        nextCheck = .max
        for worker in workers where worker.state != .dying {
            if now >= worker.deadline {
                end(worker, worker.state == .starting ? .notReady : .deadline)
                continue
            }
            if now >= worker.interruptAt {
                worker.link.interrupt(step: worker.answered)
                // It may have come before the step had begun.
                worker.interruptAt = now + 10_000_000
            }
            nextCheck = min(nextCheck, min(worker.deadline, worker.interruptAt))
        }
        let waiting = paused
        paused = []
        for tenant in waiting {
            if now >= tenant.notBefore {
                mark(tenant)
            } else {
                paused.append(tenant)
                nextCheck = min(nextCheck, tenant.notBefore)
            }
        }
    }

    /// The host shuts down.
    /// - Returns: what was asked of it and is not answered.
    func endAll() -> [Operation] {
        var left: [Operation] = []
        for worker in workers where worker.state != .dying { worker.link.kill() }
        let all = workers + corpses.filter { corpse in !workers.contains { $0 === corpse } }
        workers = []
        corpses = []
        count { _ in }
        // SIGKILL is never long in coming; a thread may be inside a long C call.
        let giveUp = monotonicNanoseconds() + 2_000_000_000
        for worker in all {
            while worker.link.reap() == nil && monotonicNanoseconds() < giveUp { usleep(200) }
            for sent in worker.sent.removeAll() {
                switch sent {
                case .load(let vm, _, let completion): if let completion { left.append(.load(vm, completion)) }
                case .step(let vm, _, let conversation, _, _, let completion):
                    // What was asked in it does not matter any more.
                    let action = Step.Action.resume(result: .success([]), newTurn: nil)
                    left.append(.step(Step(vm: vm, conversation: conversation, action: action, completion: completion)))
                }
            }
            worker.tenant.worker = nil
            for vm in worker.loaded.values { vm.owner = nil }
            worker.loaded = [:]
        }
        for tenant in tenants.values { left += tenant.queue.removeAll() }
        tenants = [:]
        return left
    }
}

extension WorkerEnd {
    fileprivate var isOurWish: Bool {
        if case .idle = self { true } else { false }
    }

    var text: String {
        switch self {
        case .died(let how): "it died (\(how))"
        case .deadline: "it was killed, since it did not answer in time"
        case .malformed(let error): "it was killed, since it sent \(error)"
        case .notReady: "it was killed, since it was not ready in time"
        case .idle: "it was stopped to make room"
        }
    }

    fileprivate var outcomeOfHead: SandboxOutcome {
        if case .deadline = self {
            return .stopped(.time, message: "time limit: the turn did not end in time and its worker was killed")
        }
        return .lost(reason: "The sandbox worker is gone: \(text).", culprit: true)
    }

    fileprivate var outcomeOfOthers: SandboxOutcome {
        .lost(reason: "The sandbox worker is gone: \(text). This turn was not running.", culprit: false)
    }
}
