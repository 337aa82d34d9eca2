import Apps
import Crypto
import Foundation
import Glibc

/// Where a publisher's private key lies.
enum KeyLocation {
    static let option = CommandOption<String?>.text(
        "key", "FILE", "The publisher's private key; $XDG_CONFIG_HOME/stoa/publisher.key when not given")

    /// In the person's own folder, not beside the app, from where it would soon be in a repository.
    static var standard: String {
        let environment = ProcessInfo.processInfo.environment
        let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(NSHomeDirectory())/.config"
        return "\(folder)/stoa/publisher.key"
    }

    static func read(_ given: String?) throws -> Ed25519.PrivateKey {
        let path = given ?? standard
        guard let text = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("There is no key at \(path)", "Make one with \"stoa key new\", or name it with --key.")
        }
        guard let key = Ed25519.PrivateKey(pem: Array(text)) else {
            throw CommandFailure(
                "\(path) is not a publisher's key", "It must be an Ed25519 key in PEM, as \"stoa key new\" makes it.")
        }
        return key
    }
}

/// `stoa key new`: makes what signs a publisher's packages.
struct KeyNewCommand: Command {
    static let spec = CommandSpec(
        path: ["key", "new"],
        summary: "Makes a key that signs a publisher's packages",
        description: """
            Makes an Ed25519 key, writes its private half to a file that only you can read, and prints its public half, which \
            a server knows you by. An existing file is never written over. Who has the file can publish as you: keep a copy \
            where nobody else reads it.
            """,
        positionals: [],
        options: [KeyLocation.option.spec, SharedOptions.json.spec],
        examples: [
            CommandExample("stoa key new", "Makes the key of this user."),
            CommandExample("stoa key new --key acme.key", "Makes a key in this folder."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let path = arguments[KeyLocation.option] ?? KeyLocation.standard
        guard let key = Ed25519.PrivateKey(), let pem = key.pem, let publicKey = PublisherKey(bytes: key.publicKey) else {
            throw CommandFailure("No key could be made", "The system gives no random bytes; try again.")
        }
        if arguments[KeyLocation.option] == nil {
            try FileManager.default.createDirectory(
                atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = errno == EEXIST ? "there is a file already" : String(cString: strerror(errno))
            throw CommandFailure("No key was written to \(path): \(reason)", "Name another file with --key.")
        }
        defer { close(descriptor) }
        guard write(descriptor, pem, pem.count) == pem.count, fsync(descriptor) == 0 else {
            unlink(path)
            throw CommandFailure("The key could not be written to \(path)", "See whether the disk is full.")
        }
        if arguments[SharedOptions.json] {
            console.out(json: ["key": .string(publicKey.description), "file": .string(path)])
        } else {
            console.out("\(publicKey)")
            console.error("The private key is in \(path).")
        }
        return 0
    }
}

/// `stoa key show`: the public half of a key.
struct KeyShowCommand: Command {
    static let spec = CommandSpec(
        path: ["key", "show"],
        summary: "Prints the public half of a publisher's key",
        description: "Prints what a server knows the key by. The private half stays in its file.",
        positionals: [],
        options: [KeyLocation.option.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa key show", "Prints the public key of this user.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let key = try KeyLocation.read(arguments[KeyLocation.option])
        let text = PublisherKey(bytes: key.publicKey)?.description ?? ""
        if arguments[SharedOptions.json] { console.out(json: ["key": .string(text)]) } else { console.out(text) }
        return 0
    }
}
