import Crypto
import Foundation
import Model

/// A secret of the server's own, in a file beside the database that only its owner reads.
enum KeyFile {
    static let bytes = 32

    /// Reads the key; makes one the first time. Blocks.
    /// - Throws: ``StoaError`` when the file cannot be read or written, or holds something else.
    static func key(at path: String) throws(StoaError) -> [UInt8] {
        if let data = FileManager.default.contents(atPath: path) {
            guard data.count == bytes else {
                throw StoaError(.internal, "\(path) is not the key that it should be. Put the right file back.")
            }
            return [UInt8](data)
        }
        let key = SecureRandom.bytes(bytes)
        let made = FileManager.default.createFile(
            atPath: path, contents: Data(key), attributes: [.posixPermissions: 0o600])
        guard made else { throw StoaError(.internal, "\(path) cannot be written. Check the folder's owner and space.") }
        return key
    }
}
