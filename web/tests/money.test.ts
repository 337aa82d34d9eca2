import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimal, exponentOf, parseAmount } from '../src/money/amount';
import { equalShares } from '../src/money/shares';

test('money: currencies have their own decimals', () => {
  assert.deepEqual(['RUB', 'JPY', 'KWD', 'CLF', 'EUR'].map(exponentOf), [2, 0, 3, 4, 2]);
  assert.equal(decimal(49_900, 'RUB'), '499.00');
  assert.equal(decimal(5, 'RUB'), '0.05');
  assert.equal(decimal(-5, 'KWD'), '-0.005');
  assert.equal(decimal(120, 'JPY'), '120');
  assert.equal(decimal(9_007_199_254_740_991, 'RUB'), '90071992547409.91');
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
