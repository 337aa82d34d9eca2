import Apps
import Foundation
import Testing

@Suite struct ShippedBotsTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let folders: [String] = {
        let bots = root.appending(path: "bots")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: bots.path)) ?? []
        return names.sorted().map { bots.appending(path: $0).path }.filter {
            FileManager.default.fileExists(atPath: $0 + "/manifest.json")
        }
    }()

    @Test("the bots that ship pass without a word", arguments: folders)
    func clean(folder: String) throws {
        #expect(SourceCheck.check(try AppPackage.read(folder: folder)).map(\.description) == [])
    }
}
