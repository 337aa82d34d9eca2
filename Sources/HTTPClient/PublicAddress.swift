import CCurl
import Glibc

/// Which addresses belong to the public internet (RFC 6890 and the IANA special-purpose address registries).
enum PublicAddress {
    /// First address and prefix length of each block that is not.
    private static let blocked4: [(UInt32, UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
        (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16), (0xC612_0000, 15), (0xC633_6400, 24),
        (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]

    static func isPublic4(_ address: UInt32) -> Bool {
        !blocked4.contains { start, bits in address >> (32 - bits) == start >> (32 - bits) }
    }

    /// - Parameter bytes: 16, in network order.
    ///
    /// Only global unicast (2000::/3) is, and of that neither what carries an IPv4 address to be reached through a translator
    /// (Teredo, 6to4) nor what is set aside.
    static func isPublic6(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == 16, bytes[0] & 0xE0 == 0x20 else { return false }
        let first = UInt32(bytes[0]) << 24 | UInt32(bytes[1]) << 16 | UInt32(bytes[2]) << 8 | UInt32(bytes[3])
        // 2001::/23 holds Teredo, benchmarking and ORCHID; 2001:db8::/32 and 3fff::/20 are for documentation; 2002::/16 is 6to4.
        if first >> 9 == 0x2001_0000 >> 9 || first == 0x2001_0DB8 || first >> 16 == 0x2002 { return false }
        return first >> 12 != 0x3FFF_0000 >> 12
    }

    /// Whether a socket may be connected to this address. Anything but IPv4 and IPv6 may not.
    static func isPublic(_ address: UnsafePointer<sockaddr>, length: Int) -> Bool {
        switch Int32(address.pointee.sa_family) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                isPublic4(UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
            }
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { isPublic6(Array($0)) }
            }
        default: return false
        }
    }

    /// The port of an IPv4 or IPv6 socket address; 0 for any other.
    static func port(_ address: UnsafePointer<sockaddr>) -> Int {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { Int(UInt16(bigEndian: $0.pointee.sin_port)) }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { Int(UInt16(bigEndian: $0.pointee.sin6_port)) }
        default: 0
        }
    }

    /// `10.0.0.1`, `fe80::1`.
    static func text(_ address: UnsafePointer<sockaddr>, length: Int) -> String {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, socklen_t(length), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return "an unknown address"
        }
        return String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
