import Apps
import Foundation

/// Packages and folders for the tests.
enum Fixture {
    static let manifest = """
        {
          "name": "pizza",
          "title": "Pizza",
          "kind": "bot",
          "version": "1.0.0",
          "capabilities": [{"name": "messages.send", "reason": "to answer you"}]
        }
        """
    static let main = """
        local stoa = require "stoa"
        stoa.command("start", "Say hello", function(chat) chat:send("Hi") end)
        """

    static func file(_ path: String, _ text: String) -> AppPackage.File { .init(path: path, content: Array(text.utf8)) }

    static func package(
        manifest: String = manifest, main: String = main, _ more: [AppPackage.File] = []
    ) throws -> AppPackage {
        try AppPackage(files: [file("manifest.json", manifest), file("main.lua", main)] + more)
    }

    /// What a body throws as problems; empty when it does not throw.
    static func problems(_ body: () throws -> Void) throws -> [Diagnostic] {
        do {
            try body()
            return []
        } catch let error as PackageError {
            return error.diagnostics
        }
    }

    /// Calls `body` with a folder that holds the files, and removes it.
    static func withFolder<T>(_ files: [String: String], _ body: (String) throws -> T) throws -> T {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stoa-apps-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (path, text) in files {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try body(folder.path)
    }
}
