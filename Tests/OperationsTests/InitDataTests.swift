import Crypto
import Model
import Testing

@testable import Operations

@Suite struct InitDataTests {
    private static let fields = [
        ("query_id", "AAHdF6IQAAAAAN0XohDhrOrc"), ("user", #"{"first_name":"Ann \"A\" ☕","id":279058397}"#),
        ("auth_date", "1662771648"),
    ]
    private static let token = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"

    @Test("the hash is the one that Python's hmac gives")
    func hash() {
        // python3: key = hmac.new(b"WebAppData", token.encode(), "sha256").digest()
        //          hmac.new(key, "auth_date=…\nquery_id=…\nuser=…".encode(), "sha256").hexdigest()
        #expect(
            InitData.hash(Self.fields, token: Self.token) == "2514e9b9b2884eac980b390e9ae78571c677a6425c2fb3d62b9fca1353686805")
        #expect(
            InitData.hash(Self.fields.reversed(), token: Self.token)
                == "2514e9b9b2884eac980b390e9ae78571c677a6425c2fb3d62b9fca1353686805")
        #expect(
            InitData.hash(Self.fields, token: Self.token + "1")
                != "2514e9b9b2884eac980b390e9ae78571c677a6425c2fb3d62b9fca1353686805")
    }

    @Test("what is signed is a query whose last fields are the signature and the hash")
    func signed() throws {
        let key = [UInt8](repeating: 7, count: 32)
        let text = try InitData(Self.fields).signed(for: AccountID(42), token: Self.token, key: key)
        let parts = text.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        #expect(parts.map { $0[0] } == ["query_id", "user", "auth_date", "signature", "hash"])
        #expect(parts[1][1].hasPrefix("%7B%22first_name%22%3A%22Ann%20%5C%22A%5C%22%20%E2%98%95%22"))
        let signature = try #require(Base64URL.decode(parts[3][1]))
        let publicKey = Ed25519.PrivateKey(seed: key)?.publicKey ?? []
        let lines = "42:WebAppData\nauth_date=1662771648\nquery_id=AAHdF6IQAAAAAN0XohDhrOrc\nuser=" + Self.fields[1].1
        #expect(Ed25519.isValid(signature, of: Array(lines.utf8), by: publicKey))
        #expect(parts[4][1] == InitData.hash(Self.fields + [("signature", parts[3][1])], token: Self.token))
    }

    @Test("a key of another length signs nothing")
    func badKey() {
        #expect(throws: StoaError.self) { try InitData(Self.fields).signed(for: AccountID(42), token: "1:a", key: []) }
    }
}

@Suite struct AppOriginsTests {
    @Test("each app has a host of its own, which is read back")
    func hosts() throws {
        let origins = try AppOrigins(publicURL: "https://Chat.example.org:8443/", domain: "apps.example.net")
        #expect(origins.clients == ["https://chat.example.org:8443"])
        #expect(origins.origin(of: "Pizza_Bot") == "https://pizza-bot.apps.example.net:8443")
        #expect(origins.host("pizza-bot.apps.example.net:8443") == .app("pizza_bot"))
        #expect(origins.host("PIZZA-BOT.apps.example.net") == .app("pizza_bot"))
        #expect(origins.host(String(origins.frame.dropFirst("https://".count))) == .frame)
        for other in ["pizza_bot.apps.example.net", "a.b.apps.example.net", ".apps.example.net", "apps.example.net"] {
            #expect(origins.host(other) == .unknown, "\(other)")
        }
        for other in ["chat.example.org", "example.net", "xapps.example.net", "apps.example.net.evil.org", ""] {
            #expect(origins.host(other) == nil, "\(other)")
        }
    }

    @Test("at a loopback address, names under localhost are apps and localhost is the client")
    func loopback() {
        let origins = AppOrigins.loopback(scheme: "http", port: 8080)
        #expect(origins.origin(of: "shop") == "http://shop.localhost:8080")
        #expect(origins.host("localhost:8080") == nil && origins.host("127.0.0.1:8080") == nil)
        #expect(origins.host("shop.localhost:8080") == .app("shop"))
    }

    @Test(
        "addresses that do not fit are refused",
        arguments: [
            ("https://chat.example.org", "example.org"), ("https://apps.example.org", "apps.example.org"),
            ("https://chat.example.org/x", "apps.example.net"), ("chat.example.org", "apps.example.net"),
            ("https://chat.example.org", "apps example.net"), ("https://chat.example.org", "apps.example.net; x"),
            ("https://a@chat.example.org", "apps.example.net"), ("https://chat.example.org:0", "apps.example.net"),
        ])
    func refused(_ url: String, _ domain: String) {
        #expect(throws: StoaError.self) { try AppOrigins(publicURL: url, domain: domain) }
    }
}
