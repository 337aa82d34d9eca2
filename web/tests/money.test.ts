import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decimal, money, parseAmount } from '../src/money/amount';
import { currencies, exponentOf } from '../src/money/currencies';
import { MoneyApi } from '../src/money/api';
import { Once } from '../src/money/once';
import { equalShares } from '../src/money/shares';
import { Rest } from '../src/transport/rest';

test('money: currencies have their own decimals', () => {
  assert.deepEqual(['RUB', 'JPY', 'KWD', 'CLF', 'EUR'].map(exponentOf), [2, 0, 3, 4, 2]);
  assert.equal(decimal(49_900, 'RUB'), '499.00');
  assert.equal(decimal(5, 'RUB'), '0.05');
  assert.equal(decimal(-5, 'KWD'), '-0.005');
  assert.equal(decimal(120, 'JPY'), '120');
  assert.equal(decimal(9_007_199_254_740_991, 'RUB'), '90071992547409.91');
});

test('money: every currency has the decimals that the server counts with', () => {
  const swift = readFileSync('../Sources/Model/Currency.swift', 'utf8');
  const exponents: Readonly<Record<string, number>> = { noDecimals: 0, twoDecimals: 2, threeDecimals: 3, fourDecimals: 4 };
  const known = new Map<string, number>();
  for (const [, name = '', text = ''] of swift.matchAll(/let (\w+Decimals): StaticString =\s*(?:"""|")([^"]*)"/g)) {
    for (const code of text.match(/[A-Z]{3}/g) ?? []) known.set(code, exponents[name] ?? -1);
  }
  assert.ok(known.size > 150, `${known.size} codes were found`);
  assert.deepEqual([...currencies], [...known.keys()].sort());
  for (const [code, exponent] of known) {
    assert.equal(exponentOf(code), exponent, code);
    // One minor unit is shown with all its decimals, and read again from what is shown.
    const one = decimal(1, code);
    assert.equal(parseAmount(one, code), 1, code);
    assert.ok(money(1, code).includes(one), `${code}: ${money(1, code)}`);
  }
});

test('money: what browsers count otherwise is shown and read in its own minor unit', () => {
  const plain = (amount: number, currency: string): string => money(amount, currency).replace(/\s/g, ' ');
  assert.equal(plain(1_234_567, 'IDR'), 'Rp 12,345.67');
  assert.equal(plain(250_050, 'HUF'), 'Ft 2,500.50');
  assert.equal(plain(1_500_250, 'IQD'), 'IQD 1,500.250');
  assert.equal(plain(120, 'JPY'), '¥120');
  assert.equal(parseAmount('12345.67', 'IDR'), 1_234_567);
  assert.equal(parseAmount('10.000', 'IDR'), 1_000_000);
  assert.equal(parseAmount('2 500,5', 'HUF'), 250_050);
  assert.equal(parseAmount('1500.25', 'IQD'), 1_500_250);
  assert.equal(parseAmount('1500.2505', 'IQD'), null);
});

test('money: what people type is read without fractions', () => {
  const read: readonly (readonly [string, string, number | null])[] = [
    ['499', 'RUB', 49_900],
    ['499,5', 'RUB', 49_950],
    ['499.05', 'RUB', 49_905],
    ['1 499,50', 'RUB', 149_950],
    ['1,499.50', 'RUB', 149_950],
    ['1.499,50', 'RUB', 149_950],
    ['1.499', 'RUB', 149_900],
    ['1.499', 'KWD', 1_499],
    ['0.1', 'RUB', 10],
    ['1.13', 'RUB', 113],
    ['4.35', 'RUB', 435],
    ['120', 'JPY', 120],
    ['120.5', 'JPY', null],
    ['0', 'RUB', null],
    ['', 'RUB', null],
    ['-5', 'RUB', null],
    ['1e3', 'RUB', null],
    ['1.2345', 'RUB', null],
    ['12.34.56', 'RUB', null],
    ['99999999999999999', 'RUB', null],
  ];
  for (const [typed, currency, amount] of read) assert.equal(parseAmount(typed, currency), amount, `${typed} ${currency}`);
});

test('money: shares come to the bill, as the server counts them', () => {
  assert.deepEqual(equalShares(10_000, [null, null, null]), [3334, 3333, 3333]);
  assert.deepEqual(equalShares(1001, [500, null, null, 0]), [500, 251, 250, 0]);
  assert.deepEqual(equalShares(100, [60, 40]), [60, 40]);
  for (const given of [[60, 41], [], [101, null]]) assert.equal(equalShares(100, given), null);
});

/** A server that keeps what it was asked for, and loses as many answers as it is told to. */
function server(): { api: MoneyApi; asked: { key: string; body: string }[]; lose: number } {
  const state = { asked: [] as { key: string; body: string }[], lose: 0 };
  const rest = new Rest({
    fetch: async (_input, init) => {
      const headers = init?.headers as Record<string, string>;
      state.asked.push({ key: headers['Idempotency-Key'] ?? '', body: String(init?.body) });
      if (state.lose > 0) {
        state.lose -= 1;
        throw new TypeError('the connection broke');
      }
      return { ok: true, status: 200, json: async () => ({}) } as Response;
    },
  });
  return Object.assign(state, { api: new MoneyApi(rest) });
}

const fails = (what: Promise<unknown>): Promise<boolean> => what.then(() => false, () => true);

test('money: the same once more is something new when the first was answered', async () => {
  const { api, asked } = server();
  const once = new Once();
  await api.refundTopUp(1, 2000, '2580', once);
  await api.refundTopUp(1, 2000, '2580', once);
  assert.equal(new Set(asked.map(({ key }) => key)).size, 2);
});

test('money: what got no answer is asked for under the same key until it gets one', async () => {
  const state = server();
  const { api, asked } = state;
  const once = new Once();
  state.lose = 2;
  assert.ok(await fails(api.topUp('stripe', 5000, 'EUR', 'pm_1', once)));
  assert.ok(await fails(api.topUp('stripe', 5000, 'EUR', 'pm_1', once)));
  await api.topUp('stripe', 5000, 'EUR', 'pm_1', once);
  await api.topUp('stripe', 5000, 'EUR', 'pm_1', once);
  const keys = asked.map(({ key }) => key);
  assert.deepEqual(keys.map((key) => keys.indexOf(key)), [0, 0, 0, 3]);
});

test('money: what was changed after a lost answer has another key, and its own again when it is changed back', async () => {
  const state = server();
  const { api, asked } = state;
  const once = new Once();
  state.lose = 4;
  assert.ok(await fails(api.topUp('stripe', 5000, 'EUR', 'pm_1', once)));
  assert.ok(await fails(api.topUp('stripe', 6000, 'EUR', 'pm_1', once)));
  assert.ok(await fails(api.topUp('stripe', 5000, 'USD', 'pm_1', once)));
  assert.ok(await fails(api.topUp('stripe', 5000, 'EUR', 'pm_2', once)));
  await api.topUp('stripe', 5000, 'EUR', 'pm_1', once);
  const keys = asked.map(({ key }) => key);
  assert.deepEqual(keys.map((key) => keys.indexOf(key)), [0, 1, 2, 3, 0]);
});

test('money: another PIN does not make it another payout', async () => {
  const state = server();
  const { api, asked } = state;
  const once = new Once();
  state.lose = 1;
  assert.ok(await fails(api.payOut('till', 100, 'EUR', '1111', once)));
  await api.payOut('till', 100, 'EUR', '2580', once);
  assert.equal(asked[0]?.key, asked[1]?.key);
  assert.ok(asked[1]?.body.includes('"pin":"2580"'));
});
