import Database
import HTTPServer
import Messaging
import Model
import Synchronization

/// Takes one upload: finds out who sends it, takes the form apart, writes the file, and records it.
final class UploadSink: HTTPBodySink {
    private enum Phase {
        case waiting
        case receiving(Upload)
        case ended
    }

    /// What is on its way. Changed under the lock of `phase` only.
    private final class Upload {
        let principal: Principal
        var parser: MultipartParser
        var writer: BlobWriter?
        var fileName: String?
        /// Whether the part that is being read is the file.
        var isFile = false

        init(principal: Principal, parser: MultipartParser) {
            self.principal = principal
            self.parser = parser
        }
    }

    /// The form around the file.
    private static let formBytes = 64 << 10

    let limit: Int
    private let api: ClientAPI
    private let token: String
    private let contentType: String?
    private let phase = Mutex(Phase.waiting)

    init(api: ClientAPI, token: String, contentType: String?) {
        self.api = api
        self.token = token
        self.contentType = contentType
        limit = Int(api.blobs.maxSize) + Self.formBytes
    }

    func receive(_ bytes: [UInt8]) throws {
        do {
            try phase.withLock { phase in
                let upload = try Self.upload(of: &phase, begin: begin)
                for event in try upload.parser.push(bytes) { try handle(event, of: upload) }
            }
        } catch {
            abort()
            throw HTTPFailure(failure(error))
        }
    }

    func finish(_ responder: HTTPResponder) {
        do {
            let (blob, name, account) = try phase.withLock { phase -> (Blob, String, Account) in
                let upload = try Self.upload(of: &phase, begin: begin)
                phase = .ended
                try upload.parser.finish()
                guard let writer = upload.writer, let name = upload.fileName else {
                    throw StoaError(.badRequest, "The form has no field named file. Send the file in it.")
                }
                return (try writer.finish(), name, upload.principal.account)
            }
            api.database.write { [messaging = api.messaging] tx in
                try messaging.createFile(blob, name: name, owner: account, in: tx)
            } completion: { [self] result in
                switch result {
                case .success(let file):
                    api.counters.uploads.add(1, ordering: .relaxed)
                    responder.send(api.counted(.json(201) { $0.file(file) }))
                case .failure(let error): responder.send(failure(error))
                }
            }
        } catch {
            abort()
            responder.send(failure(error))
        }
    }

    func abort() { phase.withLock { $0 = .ended } }

    private func failure(_ error: any Error) -> HTTPResponse {
        api.counted(HTTPResponse(api.errors.translate(error, doing: "POST /v1/files")))
    }

    /// The upload under way, begun if this is its first piece.
    private static func upload(of phase: inout Phase, begin: () throws -> Upload) throws -> Upload {
        switch phase {
        case .receiving(let upload): return upload
        case .waiting:
            let upload = try begin()
            phase = .receiving(upload)
            return upload
        case .ended: throw StoaError(.badRequest, "The upload has ended.")
        }
    }

    private func begin() throws -> Upload {
        guard let principal = try api.authenticator.wait(for: token) else { throw ClientAPI.badToken }
        try api.messaging.limits.take(principal.account, in: nil)
        return Upload(principal: principal, parser: try MultipartParser(contentType: contentType))
    }

    private func handle(_ event: MultipartParser.Event, of upload: Upload) throws {
        switch event {
        case .begin(let name, let fileName):
            upload.isFile = name == "file"
            guard upload.isFile else { return }
            guard upload.writer == nil else {
                throw StoaError(.badRequest, "The form has more than one field named file. Send one file at a time.")
            }
            upload.fileName = fileName ?? "file"
            upload.writer = try api.blobs.writer()
        case .data(let bytes):
            if upload.isFile { try upload.writer?.write(bytes) }
        case .end: upload.isFile = false
        }
    }
}
