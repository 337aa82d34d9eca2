import Apps
import Bridge
import Database
import Identity
import Messaging
import Model
import Permissions

/// The person's side of permission in a test: what they are asked, and what they say.
extension World {
    /// What the operator has verified about somebody.
    func set(_ attribute: String, _ value: String, of user: Account) async throws {
        guard let name = Attributes.Name(rawValue: attribute) else {
            let names = Attributes.Name.allCases.map(\.rawValue).joined(separator: ", ")
            throw StoaError(.badRequest, "There is no attribute \"\(attribute)\". There are \(names).")
        }
        try await database.write { [self] in try Attributes.set(name, to: value, of: user.id, now: now, in: $0) }
    }

    /// The sheets that a person sees, oldest first.
    func sheets(of user: Account) async throws -> [ConsentDesk.Sheet] {
        try await database.read { [desk] in try desk.open(of: user.id, in: $0) }
    }

    /// Answers the oldest sheet. - Parameter term: nil refuses.
    /// - Parameter pick: what they pick, where that is asked for.
    func answer(_ term: String?, _ pick: Disclosure.Pick?, by user: Account) async throws {
        guard let sheet = try await sheets(of: user).first else {
            throw StoaError(.badRequest, "\(user.name) is asked for nothing. What was said:\n\(record.transcript.suffix(4000))")
        }
        let known = term.flatMap(GrantTerm.init(rawValue:))
        guard term == nil || known != nil else {
            let terms = GrantTerm.allCases.map(\.rawValue).joined(separator: ", ")
            throw StoaError(.badRequest, "Nothing is granted for \"\(term ?? "")\". Say \(terms).")
        }
        record.note(
            "\(user.name) \(term.map { "agrees (\($0))" } ?? "refuses"): \(sheet.consent.capability) \(sheet.consent.detail)")
        try await database.write { [desk] in try desk.answer(sheet.consent.id, by: user.id, .init(known, pick: pick), in: $0) }
        await settle()
    }

    /// A file that a user has, to be picked.
    func file(_ name: String, _ content: [UInt8], of user: Account) async throws -> StoredFile {
        let blob = Blob(digest: "simulated", size: Int64(content.count), type: FileType(head: content))
        return try await database.write { [messaging] in try messaging.createFile(blob, name: name, owner: user, in: $0) }
    }

    func forget(_ bot: Account, by user: Account) async throws {
        record.note("\(user.name) wants to be forgotten")
        try await desk.forget(bot.id, by: user, in: runtime, of: database)
        await settle()
    }

    /// Takes back all that a person has granted.
    func takeBack(by user: Account) async throws {
        record.note("\(user.name) takes all grants back")
        try await database.write { [desk] tx in
            for held in try Grants.all(of: user.id, in: tx) { try desk.takeBack(GrantID(held.grant.id), by: user, in: tx) }
        }
        await settle()
    }
}
