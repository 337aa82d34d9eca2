import Glibc
import Testing

@testable import HTTPClient

/// The wall's judgement, address by address.
struct PublicAddressTests {
    @Test(
        "What is not of the public internet is refused",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
            "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
            "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
            "255.255.255.255",
        ])
    func private4(_ text: String) throws { #expect(try !isPublic4(text)) }

    @Test(
        "What is, is not",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1",
            "169.253.255.255", "172.15.255.255", "172.32.0.1", "192.0.1.1", "192.167.1.1", "192.169.0.1", "198.17.0.1",
            "198.20.0.1", "223.255.255.255",
        ])
    func public4(_ text: String) throws { #expect(try isPublic4(text)) }

    @Test(
        "Of IPv6 only global unicast passes, and nothing that stands for an IPv4 address",
        arguments: [
            ("2606:4700:4700::1111", true), ("2a00:1450::1", true), ("2001:4860:4860::8888", true), ("::", false), ("::1", false),
            ("::ffff:127.0.0.1", false), ("::ffff:8.8.8.8", false), ("::7f00:1", false), ("64:ff9b::7f00:1", false),
            ("64:ff9b:1::1", false), ("2002:7f00:1::", false), ("2001::1", false), ("2001:db8::1", false), ("2001:2::1", false),
            ("fc00::1", false), ("fd12:3456::1", false), ("fe80::1", false), ("fec0::1", false), ("ff02::1", false),
            ("100::1", false), ("5f00::1", false), ("3fff::1", false), ("3fff:1000::1", true),
        ])
    func six(_ text: String, _ expected: Bool) {
        var address = in6_addr()
        #expect(inet_pton(AF_INET6, text, &address) == 1)
        #expect(withUnsafeBytes(of: address) { PublicAddress.isPublic6(Array($0)) } == expected)
    }

    private func isPublic4(_ text: String) throws -> Bool {
        var address = in_addr()
        try #require(inet_pton(AF_INET, text, &address) == 1)
        return PublicAddress.isPublic4(UInt32(bigEndian: address.s_addr))
    }
}
