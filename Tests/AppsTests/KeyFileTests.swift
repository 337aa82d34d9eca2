import Apps
import Database
import Foundation
import Model
import Testing

/// The server's own keys, and what was made with them.
@Suite struct KeyFileTests {
    @Test("a key is made for what is new, and never in the place of one that is missing")
    func missing() async throws {
        try await AppStoreTests.withDatabase { database in
            let folder = FileManager.default.temporaryDirectory.appending(path: "stoa-keys-" + UUID().uuidString)
            defer { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = folder.path
            #expect(try await database.read { try Audit.isEmpty(in: $0) && Secrets.isEmpty(in: $0) })
            let audit = try Audit(folder: path, isNew: true)
            let secrets = try Secrets(folder: path, isNew: true)
            try await database.write { tx in
                try audit.append(Audit.Entry(.deploy, by: "operator", "x"), now: 1, in: tx)
                try secrets.set("KEY", to: "12345678", hosts: [], of: AccountID(1), now: 1, in: tx)
                #expect(try !Audit.isEmpty(in: tx) && !Secrets.isEmpty(in: tx))
            }
            // With the key there, all is as it was.
            let again = try Audit(folder: path, isNew: false)
            #expect(try await database.read { try again.verify(in: $0).problems.isEmpty })
            for file in ["audit.key", "secrets.key"] { try FileManager.default.removeItem(at: folder.appending(path: file)) }
            let refused = #expect(throws: StoaError.self) { _ = try Audit(folder: path, isNew: false) }
            #expect(refused?.message.contains("audit.key is missing. Put it back from a backup") == true)
            #expect(throws: StoaError.self) { _ = try Secrets(folder: path, isNew: false) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
        }
    }
}
