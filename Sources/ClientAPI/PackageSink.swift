import Apps
import Database
import HTTPServer
import Messaging
import Model
import Operations
import Synchronization

/// Takes one package from a publisher: finds out who sends it, keeps it in memory, and hands it over to be checked.
final class PackageSink: HTTPBodySink {
    private enum Phase {
        case waiting
        case receiving(Account, [UInt8])
        case ended
    }

    /// Milliseconds that sending one may take: who sends slowly keeps others waiting.
    private static let longest: Int64 = 300_000

    let limit = PackageArchive.maxBytes
    private let api: ClientAPI
    private let token: String
    private let notes: String
    private let until: Int64
    private let phase = Mutex(Phase.waiting)

    init(api: ClientAPI, token: String, notes: String) {
        self.api = api
        until = api.messaging.clock.now() + Self.longest
        self.token = token
        self.notes = notes
    }

    func receive(_ bytes: [UInt8]) throws {
        do {
            guard api.messaging.clock.now() < until else {
                throw StoaError(.badRequest, "The package took longer than \(Self.longest / 60_000) minutes to arrive.")
            }
            try phase.withLock { phase in
                if case .waiting = phase { phase = .receiving(try begin(), []) }
                guard case .receiving(let account, var archive) = phase else { return }
                // Taken out, so that it grows in place.
                phase = .ended
                archive += bytes
                phase = .receiving(account, archive)
            }
        } catch {
            abort()
            throw HTTPFailure(failure(error))
        }
    }

    func finish(_ responder: HTTPResponder) {
        do {
            let (account, archive) = try phase.withLock { phase -> (Account, [UInt8]) in
                if case .waiting = phase { phase = .receiving(try begin(), []) }
                guard case .receiving(let account, let archive) = phase else {
                    throw StoaError(.badRequest, "The upload has ended.")
                }
                phase = .ended
                return (account, archive)
            }
            submit(archive, of: account, responder)
        } catch {
            abort()
            responder.send(failure(error))
        }
    }

    func abort() {
        let account = phase.withLock { phase -> Account? in
            defer { phase = .ended }
            return if case .receiving(let account, _) = phase { account } else { nil }
        }
        if let account { api.packages.leave(account.id) }
    }

    /// Before the body is kept: a package can be large, and only who belongs to a publisher has use for one here.
    private func begin() throws -> Account {
        guard let account = try api.authenticator.wait(for: token)?.account else { throw ClientAPI.badToken }
        try api.messaging.limits.take(account, in: nil)
        let isMember = try api.database.waitToRead { try !Publishers.roles(of: account.id, in: $0).isEmpty }
        guard isMember else {
            throw StoaError(
                .forbidden, "Only who belongs to a publisher can send a package. Found one, or have an owner add you.")
        }
        try api.packages.enter(account.id)
        return account
    }

    private func submit(_ archive: [UInt8], of account: Account, _ responder: HTTPResponder) {
        Task { [api, notes] in
            defer { api.packages.leave(account.id) }
            do {
                let entry = try await api.publishing.submitted(archive, notes: notes, by: .person(account))
                responder.send(api.counted(.json(201) { $0.release(entry) }))
            } catch {
                responder.send(failure(error))
            }
        }
    }

    private func failure(_ error: any Error) -> HTTPResponse {
        let error = (error as? PackageError).map { StoaError(.packageRefused, $0.description) } ?? error
        return api.counted(HTTPResponse(api.errors.translate(error, doing: "POST /v1/releases")))
    }
}

/// How many packages are under way: each is kept in memory until it is checked.
final class PackageGate: Sendable {
    private static let most = 6

    private let senders = Mutex<Set<AccountID>>([])

    /// - Throws: ``StoaError/Code/unavailable`` when too many are under way, or one of the same person.
    func enter(_ account: AccountID) throws {
        let problem = senders.withLock { senders -> String? in
            if senders.contains(account) { return "Another package of yours is being checked." }
            guard senders.count < Self.most else { return "Other packages are being checked." }
            senders.insert(account)
            return nil
        }
        guard let problem else { return }
        throw StoaError(.unavailable, "\(problem) Try again in a minute.", retryAfter: 60_000)
    }

    func leave(_ account: AccountID) { senders.withLock { _ = $0.remove(account) } }
}
