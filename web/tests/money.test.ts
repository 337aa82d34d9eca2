import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decimal, money, parseAmount } from '../src/money/amount';
import { currencies, exponentOf } from '../src/money/currencies';
import { equalShares } from '../src/money/shares';

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
