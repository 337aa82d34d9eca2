import Testing

@testable import Crypto

@Suite struct Ed25519Tests {
    /// RFC 8032, section 7.1, test 2.
    @Test func acceptsThePublishedSignature() throws {
        let key = try #require(Hex.decode("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
        let signature = try #require(
            Hex.decode(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"))
        #expect(Ed25519.isValid(signature, of: [0x72], by: key))
        #expect(!Ed25519.isValid(signature, of: [0x73], by: key))
        for bit in [0, 255, 256, 511] {
            var altered = signature
            altered[bit / 8] ^= 1 << (bit % 8)
            #expect(!Ed25519.isValid(altered, of: [0x72], by: key))
        }
        #expect(!Ed25519.isValid(Array(signature.dropLast()), of: [0x72], by: key))
        #expect(!Ed25519.isValid(signature, of: [0x72], by: Array(key.dropLast())))
        #expect(!Ed25519.isValid([], of: [], by: []))
    }

    @Test func aKeySignsForItselfAndSurvivesItsFile() throws {
        guard let key = Ed25519.PrivateKey(), let other = Ed25519.PrivateKey() else {
            Issue.record("no key was made")
            return
        }
        // Outside of the macros, which copy what they look at: a key cannot be copied.
        let message = Array("a message".utf8)
        let (mine, others) = (key.publicKey, other.publicKey)
        guard let signature = key.sign(message), let pem = key.pem, let again = Ed25519.PrivateKey(pem: pem) else {
            Issue.record("the key does not sign, or its file was not read")
            return
        }
        let (sameKey, sameSignature) = (again.publicKey, again.sign(message))
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(Ed25519.isValid(signature, of: message, by: mine))
        #expect(!Ed25519.isValid(signature, of: message, by: others))
        #expect(sameKey == mine)
        // RFC 8032: signing is deterministic.
        #expect(sameSignature == signature)
    }

    @Test func otherFilesAreNoKeys() {
        let files = ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "hello"]
        for file in files {
            let isKey = Ed25519.PrivateKey(pem: Array(file.utf8)) != nil
            #expect(!isKey)
        }
    }
}
