import Apps
import Foundation
import Testing

@Suite struct ShippedAppsTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let folders: [String] = {
        ["bots", "miniapps"].flatMap { kind in
            let folder = root.appending(path: kind)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.sorted().map { folder.appending(path: $0).path }
        }.filter { FileManager.default.fileExists(atPath: $0 + "/manifest.json") }
    }()

    @Test("the bots and mini-apps that ship pass without a word", arguments: folders)
    func clean(folder: String) throws {
        #expect(SourceCheck.check(try AppPackage.read(folder: folder)).map(\.description) == [])
    }
}
