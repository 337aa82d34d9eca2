import Glibc
import Synchronization

/// Keeps a second server off the same data: an advisory lock on `folder/lock` that the kernel drops with the process.
final class FolderLock: Sendable {
    private let descriptor: Mutex<Int32>

    init(folder: String) throws {
        let path = folder + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw DatabaseError(.io, "The file \(path) cannot be opened: \(reason). Check the rights of the data folder.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw DatabaseError(.locked, "Another Stoa server uses the data folder \(folder). Stop it, or give another folder.")
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    func release() {
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            close(descriptor)
            descriptor = -1
        }
    }
}
