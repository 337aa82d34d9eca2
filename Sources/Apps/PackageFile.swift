import Glibc
package import Model

/// A package on disk.
package enum PackageFile {
    /// Reads one whole, up to what a package can have. Blocks.
    /// - Throws: ``StoaError`` when there is no such file, or a larger one.
    package static func read(_ path: String) throws(StoaError) -> [UInt8] {
        // Without O_NONBLOCK a pipe would hold the reader up for ever.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw problem(path, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw problem(path, "it is no file") }
        guard status.st_size <= PackageArchive.maxBytes else {
            throw StoaError(.tooLarge, "\(path) has more than \(PackageArchive.maxBytes >> 20) MiB, so it is no package.")
        }
        var bytes: [UInt8] = []
        while bytes.count <= PackageArchive.maxBytes {
            var piece = [UInt8](repeating: 0, count: 1 << 18)
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw problem(path, String(cString: strerror(errno))) }
            if count == 0 { break }
            bytes += piece.prefix(count)
        }
        return bytes
    }

    private static func problem(_ path: String, _ reason: String) -> StoaError {
        StoaError(.badRequest, "The package \(path) cannot be read: \(reason).")
    }
}
