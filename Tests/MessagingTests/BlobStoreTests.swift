import Foundation
import Messaging
import Model
import Testing

@Suite struct BlobStoreTests {
    /// A folder that is gone when the test is.
    private final class Folder {
        let path = NSTemporaryDirectory() + "blobs-\(UUID().uuidString)"

        deinit { try? FileManager.default.removeItem(atPath: path) }

        var files: [String] {
            (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).filter {
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(path)/\($0)", isDirectory: &isFolder) && !isFolder.boolValue
            }
        }
    }

    @Test func aBlobHasTheNameOfItsBytes() throws {
        let folder = Folder()
        let store = try BlobStore(folder: folder.path)
        for _ in 0..<2 {
            let writer = try store.writer()
            try writer.write(Array("hel".utf8)[...])
            try writer.write(Array("lo".utf8)[...])
            let blob = try writer.finish()
            #expect(blob.digest == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
            #expect(blob.size == 5 && blob.type.mime == "text/plain; charset=utf-8")
            #expect(FileManager.default.contents(atPath: store.path(of: blob.digest)) == Data("hello".utf8))
        }
        #expect(folder.files.count == 1)
    }

    @Test func whatIsAbandonedLeavesNothing() throws {
        let folder = Folder()
        let store = try BlobStore(folder: folder.path, maxSize: 10)
        let writer = try store.writer()
        try writer.write([1, 2, 3])
        writer.abandon()
        do {
            let forgotten = try store.writer()
            try forgotten.write([1])
        }
        let large = try store.writer()
        #expect(throws: StoaError.self) { try large.write([UInt8](repeating: 1, count: 11)[...]) }
        large.abandon()
        #expect(folder.files.isEmpty)
    }

    @Test func whatACrashCutOffIsRemovedAtTheNextStart() throws {
        let folder = Folder()
        _ = try BlobStore(folder: folder.path)
        _ = FileManager.default.createFile(atPath: folder.path + "/incoming/left", contents: Data([1]))
        _ = try BlobStore(folder: folder.path)
        #expect(folder.files.isEmpty)
    }
}
