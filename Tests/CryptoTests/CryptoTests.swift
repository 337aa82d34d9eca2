import Testing

@testable import Crypto

/// Known answers from the standards, so that a wrong call of the library cannot pass.
struct CryptoTests {
    @Test("SHA-256 of \"abc\" is that of FIPS 180-4")
    func sha256() {
        #expect(
            Hex.encode(SHA256.hash(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("A stream gives the hash of all its parts", arguments: [1, 7, 64, 65])
    func stream(size: Int) {
        let bytes = (0..<1000).map { UInt8($0 % 251) }
        var stream = SHA256Stream()
        for start in stride(from: 0, to: bytes.count, by: size) {
            stream.update(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(stream.finalize() == SHA256.hash(bytes))
    }

    @Test("HMAC is that of RFC 4231, test case 2")
    func hmac() {
        let mac = HMAC.sign(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(Hex.encode(mac) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("A password is known again, another is not, and two hashes of one differ")
    func password() throws {
        let hash = try Password.hash("correct horse")
        #expect(hash.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
        #expect(Password.verify("correct horse", against: hash))
        #expect(!Password.verify("correct hors", against: hash))
        #expect(try Password.hash("correct horse") != hash)
    }

    @Test(
        "What is no hash matches nothing",
        arguments: ["", "$", "$scrypt$", "$scrypt$ln=63,r=8,p=1$AAAA$AAAA", "$argon2$ln=15,r=8,p=1$AAAA$AAAA", "plain"])
    func malformed(stored: String) {
        #expect(!Password.verify("plain", against: stored))
    }

    @Test("Base64url without padding gives back what went in")
    func base64() {
        for count in 0..<70 {
            let bytes = SecureRandom.bytes(count)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
        // RFC 4648, section 10, without the padding.
        #expect(Base64URL.encode(Array("foob".utf8)) == "Zm9vYg")
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
    }

    @Test("What is not base64url is refused", arguments: ["A", "Zm9v=", "Zm 9", "Zm9+", "Zm9vYh"])
    func badBase64(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("Tokens are long, plain and never the same")
    func tokens() {
        let tokens = Set((0..<100).map { _ in SecureRandom.token() })
        #expect(tokens.count == 100)
        #expect(tokens.allSatisfy { $0.utf8.count == 43 })
    }

    @Test("Equality in constant time is equality")
    func equality() {
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2], [1, 2, 3]))
        #expect(constantTimeEqual([], []))
    }
}

/// Numbers that nobody can guess.
struct RandomNumberTests {
    @Test("Numbers below a bound are below it, and none is missing", arguments: [UInt32(1), 2, 3, 10, 24])
    func bounds(bound: UInt32) {
        // Missing one by chance: below 24 · (23/24)^2000, or 10^-35.
        let drawn = Set((0..<2000).map { _ in SecureRandom.number(below: bound) })
        #expect(drawn == Set(0..<bound))
    }

    @Test("Each number of a bound that is no power of two is as likely as the others")
    func unbiased() {
        // Of three thirds of the range, the remainder alone would give the first one half of all draws.
        let bound: UInt32 = 3 << 30
        let low = (0..<6000).count { _ in SecureRandom.number(below: bound) < 1 << 30 }
        // Six standard deviations around 2000.
        #expect((1780...2220).contains(low))
    }
}
