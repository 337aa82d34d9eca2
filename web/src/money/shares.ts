/**
 * Each part of an amount: those that are given, and equal ones for the rest. What does not divide goes to the first, one minor
 * unit each, as the server does it. Null when the parts cannot come to the amount.
 */
export function equalShares(amount: number, given: readonly (number | null)[]): number[] | null {
  const rest = amount - given.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  const equal = given.filter((part) => part === null).length;
  if (given.length === 0 || rest < 0 || (equal === 0 && rest !== 0)) return null;
  let extra = equal === 0 ? 0 : rest % equal;
  return given.map((part) => {
    if (part !== null) return part;
    extra -= 1;
    return Math.floor(rest / equal) + (extra >= 0 ? 1 : 0);
  });
}
