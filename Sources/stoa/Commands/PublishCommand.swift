import AdminAPI
import Apps
import Foundation
import Glibc
import Model

/// `stoa publish`: signs a folder and sends it in for review.
struct PublishCommand: Command {
    static let publisher = CommandOption<String?>.text("publisher", "NAME", "Whose package it is")
    static let notes = CommandOption<String>.text(
        "notes", "TEXT", default: "", "What is new in it, for the operator and the people")
    static let output = CommandOption<String?>.text("output", "FILE", "Writes the signed package there and sends it nowhere")

    static let spec = CommandSpec(
        path: ["publish"],
        summary: "Signs an app's folder and sends it in for review",
        description: """
            Packs the folder, signs it with the publisher's key, and sends it in. The server checks it: the manifest, that the \
            capabilities declared are those used, that no keys or passwords lie in it, that its tests pass. Then it waits for \
            an operator; until it is admitted, people keep the version that they have.
            DIR may also be a signed package that --output wrote. Needs the running server of the data folder, but for --output.
            """,
        positionals: [PositionalSpec(name: "DIR", help: "the folder with manifest.json, or a signed package")],
        options: [
            publisher.spec, KeyLocation.option.spec, notes.spec, output.spec, SharedOptions.data.spec, SharedOptions.json.spec,
        ],
        examples: [
            CommandExample("stoa publish . --publisher acme --notes \"Pays by card\"", "Sends this folder in."),
            CommandExample("stoa publish . --publisher acme --output shop.stoa", "Writes the package, to be sent by another."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let given = AbsolutePath.of(arguments.value("DIR"))
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: given, isDirectory: &isFolder) else {
            throw CommandFailure("There is nothing at \(given)", "Name the folder that holds the app's manifest.json.")
        }
        guard isFolder.boolValue else { return try await send(given, arguments, console) }
        let archive = try await pack(given, arguments, console)
        if let path = arguments[output] {
            try Data(archive).write(to: URL(filePath: path), options: .atomic)
            console.error("\(path): \(archive.count) bytes, signed.")
            return 0
        }
        let path = NSTemporaryDirectory() + "stoa-\(UUID().uuidString).stoa"
        try Data(archive).write(to: URL(filePath: path), options: .withoutOverwriting)
        defer { unlink(path) }
        return try await send(path, arguments, console)
    }

    private static func pack(_ folder: String, _ arguments: ParsedArguments, _ console: Console) async throws -> [UInt8] {
        guard let publisher = arguments[publisher] else {
            throw CommandFailure.usage("--publisher is missing", "Name whose package it is: --publisher NAME.")
        }
        let key = try KeyLocation.read(arguments[KeyLocation.option])
        do {
            let package = try AppPackage.read(folder: folder)
            for text in package.warnings.rendered(files: package.files) { console.error(text) }
            guard let signature = PackageSignature(of: package, publisher: publisher, by: key) else {
                throw CommandFailure("The package could not be signed", "Try again.")
            }
            return try PackageArchive.write(package.files, signature)
        } catch let error as PackageError {
            for text in error.diagnostics.rendered(files: error.sources) { console.error(text) }
            throw CommandFailure("\(folder) has \(error.diagnostics.summary)", "Correct what is listed above.")
        }
    }

    private static func send(_ path: String, _ arguments: ParsedArguments, _ console: Console) async throws -> Int32 {
        var request = AdminRequest(.publish, path: path)
        request.value = arguments[notes]
        let reply = try await ServerConnection.ask(request, arguments)
        ReleaseText.print(reply.releases ?? [], arguments, console)
        return 0
    }
}

/// Releases as the commands show them.
enum ReleaseText {
    static func print(_ releases: [AdminReply.ReleaseLine], _ arguments: ParsedArguments, _ console: Console) {
        for release in releases {
            if arguments[SharedOptions.json] {
                console.out(json: json(release))
            } else {
                let percent = release.state == "staged" ? " (\(release.percent) %)" : ""
                console.out(
                    "\(release.release)  \(release.app) \(release.version) of \(release.publisher): \(release.state)\(percent)")
                for line in release.findings.split(separator: "\n") { console.out("    \(String(line).visible)") }
            }
        }
    }

    static func json(_ release: AdminReply.ReleaseLine) -> JSONText {
        [
            "release": .integer(release.release), "app": .string(release.app), "version": .string(release.version),
            "publisher": .string(release.publisher), "state": .string(release.state), "percent": .integer(Int64(release.percent)),
            "by": .string(release.by), "date": .integer(release.date), "notes": .string(release.notes),
            "findings": .string(release.findings), "reason": release.reason.map { .string($0) } ?? .null,
        ]
    }
}
