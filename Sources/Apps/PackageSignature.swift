package import Crypto
import Foundation

/// Who vouches for a package: a publisher, by one of their keys.
package struct PackageSignature: Sendable, Equatable {
    /// The publisher's name.
    package let publisher: String
    package let key: PublisherKey
    /// ``AppPackage/digest`` of what is signed.
    package let digest: String
    /// ``Ed25519`` over ``message(publisher:digest:)``.
    package let signature: [UInt8]

    /// Nil when no signature could be made.
    package init?(of package: AppPackage, publisher: String, by key: borrowing Ed25519.PrivateKey) {
        guard let signature = key.sign(Self.message(publisher: publisher, digest: package.digest)),
            let publicKey = PublisherKey(bytes: key.publicKey)
        else { return nil }
        self.publisher = publisher
        self.key = publicKey
        digest = package.digest
        self.signature = signature
    }

    /// Says what is signed and for whom, so that it can stand for nothing else.
    static func message(publisher: String, digest: String) -> [UInt8] {
        Array("stoa package 1\n\(publisher)\n\(digest)\n".utf8)
    }

    /// - Throws: ``PackageError`` when the package is another than was signed, or another key signed it.
    package func check(_ package: AppPackage) throws(PackageError) {
        guard package.digest == digest else {
            throw Self.problem("the files are not those that were signed", hint: "publish the folder again")
        }
        let message = Self.message(publisher: publisher, digest: digest)
        guard Ed25519.isValid(signature, of: message, by: key.bytes) else {
            throw Self.problem("the signature is not that of the key \(key)", hint: "publish the folder again with your key")
        }
    }

    private static func problem(_ message: String, hint: String) -> PackageError {
        PackageError([Diagnostic(.error, file: PackageArchive.signatureFile, message, hint: hint)])
    }
}

extension PackageSignature {
    private struct Wire: Codable {
        let format: Int
        let publisher: String
        let key: String
        let digest: String
        let signature: String
    }

    /// As it stands in a package.
    var json: [UInt8] {
        let wire = Wire(
            format: 1, publisher: publisher, key: key.description, digest: digest, signature: Base64URL.encode(signature))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return ((try? encoder.encode(wire)).map { Array($0) } ?? []) + [0x0A]
    }

    init(json: [UInt8]) throws(PackageError) {
        let wire = json.count <= 4096 ? try? JSONDecoder().decode(Wire.self, from: Data(json)) : nil
        guard let wire, wire.format == 1, let key = PublisherKey(wire.key), let signature = Base64URL.decode(wire.signature)
        else {
            throw Self.problem(
                "is not a signature that this version of Stoa knows", hint: "publish with the \"stoa\" of this server")
        }
        publisher = wire.publisher
        self.key = key
        digest = wire.digest
        self.signature = signature
    }
}

/// The public half of a publisher's key: what a server knows them by. Written `ed25519:` and 43 characters of base64url.
package struct PublisherKey: Sendable, Hashable, CustomStringConvertible {
    private static let prefix = "ed25519:"

    package let bytes: [UInt8]

    package init?(bytes: [UInt8]) {
        guard bytes.count == Ed25519.publicKeyBytes else { return nil }
        self.bytes = bytes
    }

    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let bytes = Base64URL.decode(String(text.dropFirst(Self.prefix.count))) else {
            return nil
        }
        self.init(bytes: bytes)
    }

    package var description: String { Self.prefix + Base64URL.encode(bytes) }
}
