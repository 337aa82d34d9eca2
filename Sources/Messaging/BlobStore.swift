import Crypto
import Glibc
import Model

/// Bytes on disk under the name of their SHA-256.
package struct Blob: Sendable, Equatable {
    package let digest: String
    package let size: Int64
    package let type: FileType

    package init(digest: String, size: Int64, type: FileType) {
        self.digest = digest
        self.size = size
        self.type = type
    }
}

/// Content-addressed files in a folder: `ab/abcdef…`. A blob is complete and on disk before it has its name.
package struct BlobStore: Sendable {
    private let folder: String
    /// Largest blob, in bytes.
    package let maxSize: Int64

    /// - Throws: ``StoaError/Code/internal`` when the folder cannot be made.
    package init(folder: String, maxSize: Int64 = 100 << 20) throws {
        self.folder = folder
        self.maxSize = maxSize
        for path in [folder, folder + "/incoming"] {
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Self.failure("make the folder \(path)") }
        }
        removeAbandoned()
    }

    package func path(of digest: String) -> String { "\(folder)/\(digest.prefix(2))/\(digest)" }

    /// A whole blob, for small ones. Blocks.
    package func read(_ digest: String) throws -> [UInt8] {
        let descriptor = open(path(of: digest), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("read the blob \(digest)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure("read the blob \(digest)") }
            if count == 0 { return bytes }
            bytes += piece.prefix(count)
        }
    }

    /// Begins a blob. The caller writes it from one thread and ends it with `finish` or `abandon`.
    package func writer() throws -> BlobWriter {
        let name = "\(folder)/incoming/\(SecureRandom.token(12))"
        let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("write to \(folder)/incoming") }
        return BlobWriter(store: self, temporary: name, descriptor: descriptor)
    }

    /// Uploads that a crash cut off.
    private func removeAbandoned() {
        guard let directory = opendir(folder + "/incoming") else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { unlink("\(folder)/incoming/\(name)") }
        }
    }

    static func failure(_ doing: String) -> StoaError {
        let reason = String(cString: strerror(errno))
        return StoaError(.internal, "Could not \(doing): \(reason). Check the data folder's space and rights.")
    }
}

/// Takes a blob's bytes as they come. Used from one thread at a time.
package final class BlobWriter {
    private let store: BlobStore
    private let temporary: String
    private var descriptor: Int32
    private var digest = SHA256Stream()
    private var size: Int64 = 0
    private var head: [UInt8] = []

    init(store: BlobStore, temporary: String, descriptor: Int32) {
        self.store = store
        self.temporary = temporary
        self.descriptor = descriptor
    }

    deinit { abandon() }

    /// - Throws: ``StoaError/Code/tooLarge`` past the store's limit.
    package func write(_ bytes: ArraySlice<UInt8>) throws {
        size += Int64(bytes.count)
        guard size <= store.maxSize else {
            throw StoaError(.tooLarge, "A file may have at most \(store.maxSize >> 20) MiB.")
        }
        if head.count < FileType.headBytes { head += bytes.prefix(FileType.headBytes - head.count) }
        digest.update(Array(bytes))
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw BlobStore.failure("write an uploaded file") }
            rest = rest.dropFirst(written)
        }
    }

    /// Gives the blob its name. The bytes are on disk when this returns.
    package func finish() throws -> Blob {
        let name = Hex.encode(digest.finalize())
        guard fsync(descriptor) == 0 else { throw BlobStore.failure("write an uploaded file to disk") }
        close(descriptor)
        descriptor = -1
        let path = store.path(of: name)
        let parent = String(path.dropLast(name.utf8.count + 1))
        guard mkdir(parent, 0o700) == 0 || errno == EEXIST, rename(temporary, path) == 0 else {
            throw BlobStore.failure("store an uploaded file")
        }
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
        return Blob(digest: name, size: size, type: FileType(head: head))
    }

    package func abandon() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(temporary)
    }
}
