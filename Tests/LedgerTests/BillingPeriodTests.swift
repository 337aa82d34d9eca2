import Ledger
import Testing

struct BillingPeriodTests {
    /// `date -u -d 2026-01-31T10:00 +%s`, and so on.
    @Test(arguments: [
        (BillingPeriod.month, 1, 1_769_853_600, 1_772_272_800),  // 31 January 2026 → 28 February
        (.month, 2, 1_769_853_600, 1_774_951_200),  // → 31 March
        (.month, 25, 1_769_853_600, 1_835_431_200),  // → 29 February 2028
        (.month, 11, 1_769_853_600, 1_798_711_200),  // → 31 December 2026
        (.month, 12, 1_769_853_600, 1_801_389_600),  // → 31 January 2027
        (.year, 1, 1_709_200_800, 1_740_736_800),  // 29 February 2024 → 28 February 2025
        (.year, 4, 1_709_200_800, 1_835_431_200),  // → 29 February 2028
        (.week, 2, 1_769_853_600, 1_771_063_200), (.day, 1, 1_769_853_600, 1_769_940_000),
    ])
    func countsInTheCalendar(period: BillingPeriod, count: Int64, start: Int64, end: Int64) {
        #expect(period.moment(count, after: start * 1000) == end * 1000)
    }

    @Test func aMonthLaterIsAlwaysInTheNextMonth() {
        for day in stride(from: Int64(0), to: 150 * 366, by: 1) {
            let start = day * 86_400_000
            let later = BillingPeriod.month.moment(1, after: start)
            #expect((28 * 86_400_000...31 * 86_400_000).contains(later - start))
        }
    }
}
