/// A currency of ISO 4217, list one (the active codes). Its minor unit is what amounts count in.
package struct Currency: Sendable, Hashable, CustomStringConvertible {
    /// Three capital letters.
    package let code: String
    /// Decimals of an amount as people write it: 2 for most, 0 for the yen, 3 for the dinar of Kuwait.
    package let exponent: Int

    /// - Throws: ``StoaError/Code/unknownCurrency``.
    package init(_ code: String) throws(StoaError) {
        guard let exponent = Self.exponent(of: code) else {
            throw StoaError(
                .unknownCurrency, "\"\(code.prefix(16))\" is no currency code of ISO 4217. Write it like RUB, EUR or JPY.")
        }
        self.code = code
        self.exponent = exponent
    }

    package var description: String { code }

    private static func exponent(of code: String) -> Int? {
        // A code inside of the lists is found at a multiple of four only.
        func lists(_ codes: StaticString) -> Bool {
            let wanted = Array(code.utf8)
            guard wanted.count == 3 else { return false }
            return codes.withUTF8Buffer { list in
                stride(from: 0, to: list.count, by: 4).contains { list[$0..<$0 + 3].elementsEqual(wanted) }
            }
        }
        if lists(twoDecimals) { return 2 }
        if lists(noDecimals) { return 0 }
        if lists(threeDecimals) { return 3 }
        return lists(fourDecimals) ? 4 : nil
    }

    private static let noDecimals: StaticString =
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "
    private static let threeDecimals: StaticString = "BHD IQD JOD KWD LYD OMR TND "
    private static let fourDecimals: StaticString = "CLF UYW "
    private static let twoDecimals: StaticString = """
        RUB USD EUR GBP CHF CNY AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
        CAD CDF CHE CHW COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS \
        INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD \
        NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB \
        TJS TMT TOP TRY TTD TWD TZS UAH USN UYU UZS VED VES WST XCD YER ZAR ZMW ZWG \

        """
}

extension Currency: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }
}
