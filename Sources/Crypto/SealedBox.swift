import COpenSSL

/// Bytes that only who has the key can read, and that nobody can change unnoticed: AES-256-GCM (NIST SP 800-38D), laid out as
/// nonce (12 bytes), ciphertext, tag (16 bytes).
package enum SealedBox {
    package static let keyBytes = 32
    private static let nonceBytes = 12
    private static let tagBytes = 16

    /// - Parameters:
    ///   - key: ``keyBytes`` bytes.
    ///   - context: what the bytes belong to; opening takes the same.
    /// - Returns: nil when the key has another length.
    package static func seal(_ bytes: [UInt8], key: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard key.count == keyBytes, let cipher = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(cipher) }
        let nonce = SecureRandom.bytes(nonceBytes)
        var sealed = [UInt8](repeating: 0, count: bytes.count)
        var tag = [UInt8](repeating: 0, count: tagBytes)
        var count: Int32 = 0
        guard EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            EVP_EncryptUpdate(cipher, nil, &count, context, Int32(context.count)) == 1,
            EVP_EncryptUpdate(cipher, &sealed, &count, bytes, Int32(bytes.count)) == 1,
            EVP_EncryptFinal_ex(cipher, nil, &count) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, Int32(tagBytes), &tag) == 1
        else { return nil }
        return nonce + sealed + tag
    }

    /// - Returns: nil when the key or the context is another, or a byte was changed.
    package static func open(_ box: [UInt8], key: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard key.count == keyBytes, box.count >= nonceBytes + tagBytes, let cipher = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(cipher) }
        let nonce = Array(box.prefix(nonceBytes))
        var tag = Array(box.suffix(tagBytes))
        let sealed = Array(box.dropFirst(nonceBytes).dropLast(tagBytes))
        var opened = [UInt8](repeating: 0, count: sealed.count)
        var count: Int32 = 0
        guard EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            EVP_DecryptUpdate(cipher, nil, &count, context, Int32(context.count)) == 1,
            EVP_DecryptUpdate(cipher, &opened, &count, sealed, Int32(sealed.count)) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, Int32(tagBytes), &tag) == 1,
            EVP_DecryptFinal_ex(cipher, nil, &count) == 1
        else { return nil }
        return opened
    }
}
