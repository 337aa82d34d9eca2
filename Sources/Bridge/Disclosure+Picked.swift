import Apps
import Database
package import Messaging
import Model
import Permissions
import Sandbox

extension Disclosure {
    /// What a person has chosen to give.
    package enum Pick: Sendable {
        /// In degrees and metres.
        case location(latitude: Double, longitude: Double, accuracy: Double?)
        /// With their content.
        case files([(file: StoredFile, content: [UInt8])])
        /// By name.
        case people([String])

        var kind: Capability.Input {
            switch self {
            case .location: .location
            case .files: .files
            case .people: .people
            }
        }
    }

    /// The most that files can hold together, so that the answer fits a conversation's journal.
    package static let mostFileBytes = 512 << 10

    /// The answer that a choice makes.
    /// - Throws: ``StoaError/Code/badRequest`` when it is not what the question asks for.
    static func answer(
        _ consent: Consent, with pick: Pick?, _ messaging: Messaging, _ tx: ReadTransaction
    ) throws -> Answer {
        let input = CapabilityRegistry.capability(consent.capability).input
        guard let pick, pick.kind == input else {
            throw StoaError(.badRequest, "\"with\" must hold what is asked for: \(input?.rawValue ?? "nothing").")
        }
        switch pick {
        case .location(let latitude, let longitude, let accuracy): return try location(latitude, longitude, accuracy)
        case .files(let files): return try self.files(files, most: Int(consent.detail) ?? 1, of: consent.person)
        case .people(let names): return try people(names, most: Int(consent.detail) ?? 1, of: consent.person, messaging, tx)
        }
    }

    private static func location(_ latitude: Double, _ longitude: Double, _ accuracy: Double?) throws -> Answer {
        guard (-90.0...90.0).contains(latitude), (-180.0...180.0).contains(longitude),
            (0.0...1_000_000.0).contains(accuracy ?? 0)
        else { throw StoaError(.badRequest, "A place has a latitude from -90 to 90 and a longitude from -180 to 180 degrees.") }
        var value = BridgeMap([("latitude", .double(latitude)), ("longitude", .double(longitude))])
        if let accuracy { value["accuracy"] = .double(accuracy) }
        // About a kilometre: enough to know later which place it was.
        let record = "a place near \((latitude * 100).rounded() / 100), \((longitude * 100).rounded() / 100)"
        return Answer(.map(value), record, record: record)
    }

    private static func files(
        _ files: [(file: StoredFile, content: [UInt8])], most: Int, of person: AccountID
    ) throws -> Answer {
        guard (1...most).contains(files.count), Set(files.map(\.file.id)).count == files.count else {
            throw StoaError(.badRequest, "Pick 1 to \(most) files, each once.")
        }
        guard files.allSatisfy({ $0.file.owner == person }) else {
            throw StoaError(.fileNotFound, "Only files that you have uploaded yourself can be given.")
        }
        guard files.reduce(0, { $0 + $1.content.count }) <= mostFileBytes else {
            throw StoaError(
                .tooLarge, "The files have more than \(mostFileBytes >> 10) KiB together. Pick fewer or smaller ones.")
        }
        let values = files.map { file, content -> BridgeValue in
            [
                "id": .int(file.id.value), "name": .string(file.name), "size": .int(file.size), "type": .string(file.mime),
                "content": String(validating: content, as: UTF8.self).map { .string($0) } ?? .bytes(content),
            ]
        }
        let record = "files: " + files.map { "\($0.file.name) (\($0.file.size) bytes)" }.joined(separator: ", ")
        return Answer(.array(values), record, record: record)
    }

    private static func people(
        _ names: [String], most: Int, of person: AccountID, _ messaging: Messaging, _ tx: ReadTransaction
    ) throws -> Answer {
        guard (1...most).contains(names.count), Set(names.map { $0.lowercased() }).count == names.count else {
            throw StoaError(.badRequest, "Pick 1 to \(most) people, each once.")
        }
        let picked = try names.map { name in
            guard let account = try messaging.account(named: name, in: tx), account.kind == .user, account.id != person,
                try messaging.sharesChat(person, account.id, in: tx)
            else {
                throw StoaError(.accountNotFound, "You share no chat with anybody named \(name.prefix(64)).")
            }
            return account
        }
        let record = "people: " + picked.map(\.name).joined(separator: ", ")
        return Answer(.array(picked.map(Self.person)), record, record: record)
    }
}
