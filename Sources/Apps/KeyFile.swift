import Crypto
import Foundation
package import Model

/// A secret of the server's own, in a file beside the database that only its owner reads.
package enum KeyFile {
    static let bytes = 32

    /// Reads the key; makes one the first time. Blocks.
    /// - Parameters:
    ///   - makesOne: false where something was made with the key already, so that a new one would not fit.
    ///   - remedy: what can be done besides putting the key back, as a sentence.
    /// - Throws: ``StoaError`` when the file is missing that should be there, cannot be read or written, or holds something else.
    package static func key(at path: String, makesOne: Bool, remedy: String) throws(StoaError) -> [UInt8] {
        if let data = FileManager.default.contents(atPath: path) {
            guard data.count == bytes else {
                throw StoaError(.internal, "\(path) is not the key that it should be. Put the right file back.")
            }
            return [UInt8](data)
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StoaError(.internal, "\(path) cannot be read. Check whose file it is.")
        }
        guard makesOne else {
            throw StoaError(.internal, "\(path) is missing. Put it back from a backup of the data folder. \(remedy)")
        }
        let key = SecureRandom.bytes(bytes)
        let made = FileManager.default.createFile(
            atPath: path, contents: Data(key), attributes: [.posixPermissions: 0o600])
        guard made else { throw StoaError(.internal, "\(path) cannot be written. Check the folder's owner and space.") }
        return key
    }
}
