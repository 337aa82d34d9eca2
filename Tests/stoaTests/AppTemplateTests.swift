import Apps
import Runtime
import Simulation
import Synchronization
import Testing

@testable import stoa

/// What `stoa new` writes deploys without a warning, and its tests pass, also while everything goes wrong.
struct AppTemplateTests {
    @Test("Each template is sound", arguments: AppTemplate.allCases, [false, true])
    func sound(template: AppTemplate, faults: Bool) async throws {
        let files = template.files(name: "my_app").map { AppPackage.File(path: $0.path, content: Array($0.text.utf8)) }
        // The README stays in the folder.
        let package = try AppPackage(files: files.filter { $0.path != "README.md" })
        #expect(SourceCheck.check(package).isEmpty && package.manifest.kind == template.kind)
        var options = Simulator.Options()
        if faults {
            options.faults.evictsAlways = true
            options.faults.conflictEvery = 2
            options.faults.crashEvery = 3
        }
        let results = Mutex<[Simulator.Result]>([])
        let simulator = try Simulator()
        defer { simulator.shutdown() }
        try await simulator.run(package, options: options) { result in results.withLock { $0.append(result) } }
        let all = results.withLock { $0 }
        #expect(!all.isEmpty)
        for result in all { #expect(result.problem == nil, "\(result.name): \(result.problem ?? "")") }
    }
}
