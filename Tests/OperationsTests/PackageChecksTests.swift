import Apps
import Operations
import Sandbox
import Testing

@Suite struct PackageChecksTests {
    /// - Parameter handler: what the app does with a message.
    private static func package(handler: String, test: String) throws -> AppPackage {
        let manifest = """
            {
              "name": "parcel", "title": "Parcel", "kind": "bot", "version": "1.0.0",
              "capabilities": [{"name": "messages.send", "reason": "to answer you"}],
              "limits": {"instructions": 10000000, "wall_ms": 1000}
            }
            """
        let main = """
            local stoa = require "stoa"
            stoa.on("message", function(chat)
              \(handler)
              chat:send("done")
            end)
            """
        let files = [("manifest.json", manifest), ("main.lua", main), ("tests/all.lua", test)]
        return try AppPackage(files: files.map { AppPackage.File(path: $0.0, content: Array($0.1.utf8)) })
    }

    private static func problems(_ package: AppPackage, testTime: Duration) async throws -> [String] {
        do {
            return try await PackageChecks(isolation: .thread, testTime: testTime).run(package, publisher: "acme").map(\.message)
        } catch let error as PackageError {
            return error.diagnostics.map(\.message)
        }
    }

    private static let answers = """
        test("answers", function()
          local user = sim.user("Ann")
          user:says("hi")
          user:sees("done")
        end)
        """

    @Test("tests that do not end are stopped, and that is all the publisher is told")
    func timeLimit() async throws {
        let endless = """
            test("goes on", function()
              local user = sim.user("Ann")
              while true do user:says("hi") end
            end)
            """
        let package = try Self.package(handler: "for i = 1, 100000 do end", test: endless)
        let start = ContinuousClock.now
        let problems = try await Self.problems(package, testTime: .milliseconds(1200))
        #expect(problems == ["its tests take longer than 1 seconds"])
        #expect(start.duration(to: .now) < .seconds(120))
    }

    @Test("tests that end in time pass or fail by themselves")
    func inTime() async throws {
        #expect(try await Self.problems(try Self.package(handler: "", test: Self.answers), testTime: .seconds(60)).isEmpty)
        let failing = try Self.package(handler: "", test: Self.answers.replacing("\"done\"", with: "\"more\""))
        let problems = try await Self.problems(failing, testTime: .seconds(60))
        #expect(problems.count == 1 && problems[0].hasPrefix("the test \"answers\" fails: "), "\(problems)")
    }
}
