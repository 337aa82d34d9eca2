import COpenSSL

/// Signatures by Ed25519 (RFC 8032): 32 bytes of public key, 64 of signature.
package enum Ed25519 {
    package static let publicKeyBytes = 32
    package static let signatureBytes = 64

    /// False for a signature that is not this key's over these bytes, and for keys and signatures of another length.
    package static func isValid(_ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
        guard publicKey.count == publicKeyBytes, signature.count == signatureBytes,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count)
        else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// A private key. It lives in OpenSSL's memory, which is wiped when it goes.
    package struct PrivateKey: ~Copyable {
        private let key: OpaquePointer

        /// A new one. Nil when the system gives no random bytes.
        package init?() {
            guard let key = generateEd25519() else { return nil }
            self.key = key
        }

        /// From its 32 bytes (RFC 8032, section 5.1.5). Nil for another number of them.
        package init?(seed: [UInt8]) {
            guard seed.count == 32, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
                return nil
            }
            self.key = key
        }

        /// Reads what ``pem`` gives: PKCS #8 (RFC 5958, RFC 8410) in PEM. Nil for anything else, other kinds of keys too.
        package init?(pem: [UInt8]) {
            guard let memory = BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else { return nil }
            defer { BIO_free(memory) }
            // A callback that gives no passphrase: without one OpenSSL would ask the terminal.
            guard let key = PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in -1 }, nil) else {
                ERR_clear_error()
                return nil
            }
            guard EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 else {
                EVP_PKEY_free(key)
                return nil
            }
            self.key = key
        }

        deinit { EVP_PKEY_free(key) }

        /// Nil when OpenSSL is out of memory.
        package var pem: [UInt8]? {
            guard let memory = BIO_new(BIO_s_mem()) else { return nil }
            defer { BIO_free(memory) }
            guard PEM_write_bio_PKCS8PrivateKey(memory, key, nil, nil, 0, nil, nil) == 1 else { return nil }
            var start: UnsafeMutablePointer<CChar>?
            let count = BIO_ctrl(memory, BIO_CTRL_INFO, 0, &start)
            guard let start, count > 0 else { return nil }
            return UnsafeRawBufferPointer(start: start, count: count).map { $0 }
        }

        package var publicKey: [UInt8] {
            var bytes = [UInt8](repeating: 0, count: publicKeyBytes)
            var count = bytes.count
            guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == publicKeyBytes else { return [] }
            return bytes
        }

        /// Nil when OpenSSL is out of memory.
        package func sign(_ message: [UInt8]) -> [UInt8]? {
            guard let context = EVP_MD_CTX_new() else { return nil }
            defer { EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: signatureBytes)
            var count = signature.count
            guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
                EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == signatureBytes
            else { return nil }
            return signature
        }
    }
}

private func generateEd25519() -> OpaquePointer? {
    guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &key) == 1 else { return nil }
    return key
}
