import Model
import Testing

struct CurrencyTests {
    @Test(arguments: [("RUB", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("USD", 2), ("ZWG", 2), ("XPF", 0)])
    func knowsTheDecimals(code: String, exponent: Int) throws { #expect(try Currency(code).exponent == exponent) }

    @Test(arguments: ["", "R", "RU", "RUBL", "rub", "zzz", "UB ", "D E", "   ", "РУБ", "XXX"])
    func refusesWhatIsNone(code: String) { #expect(throws: StoaError.self) { try Currency(code) } }

    @Test(arguments: [
        (49_900, "RUB", "499.00"), (5, "RUB", "0.05"), (-5, "RUB", "-0.05"), (120, "JPY", "120"), (0, "JPY", "0"),
        (1, "KWD", "0.001"), (Int64.max, "RUB", "92233720368547758.07"), (Int64.min, "RUB", "-92233720368547758.08"),
    ])
    func writesDecimals(amount: Int64, code: String, text: String) throws {
        #expect(Money(amount, try Currency(code)).decimal == text)
    }

    @Test(arguments: [("499", 49_900), ("499.5", 49_950), ("499.05", 49_905), ("0.01", 1), ("007", 700)])
    func readsDecimals(text: String, amount: Int64) throws {
        #expect(try Money(decimal: text, Currency("RUB")).amount == amount)
    }

    @Test(arguments: ["", ".", "1.", ".5", "1.234", "-1", "+1", "1e3", "1,5", " 1", "١", "99999999999999999999"])
    func refusesWhatIsNoAmount(text: String) throws {
        let roubles = try Currency("RUB")
        #expect(throws: StoaError.self) { try Money(decimal: text, roubles) }
    }
}
