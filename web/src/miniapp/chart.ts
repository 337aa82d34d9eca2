import { listOf, numberOf, textOf } from './node';

export interface ChartData {
  readonly labels: readonly string[];
  readonly series: readonly { readonly title: string; readonly values: readonly number[] }[];
}

const MOST_SERIES = 20;
const MOST_VALUES = 500;

/** What an app gave for a chart, put right. */
export function chartFrom(labels: unknown, series: unknown): ChartData {
  const read = listOf(series)
    .slice(0, MOST_SERIES)
    .map((entry) => {
      const { title, values } = (entry ?? {}) as { title?: unknown; values?: unknown };
      return { title: textOf(title) ?? '', values: listOf(values).slice(0, MOST_VALUES).map((value) => numberOf(value) ?? 0) };
    })
    .filter(({ values }) => values.length > 0);
  const count = Math.max(0, ...read.map(({ values }) => values.length));
  const named = listOf(labels);
  return { labels: Array.from({ length: count }, (_, index) => textOf(named[index]) ?? String(index + 1)), series: read };
}

/** The range to draw, from and to round numbers, with the lines between. Bars grow from zero. */
export function scaleOf(data: ChartData, fromZero: boolean): { min: number; max: number; ticks: readonly number[] } {
  const values = data.series.flatMap((series) => series.values);
  let low = Math.min(...values, ...(fromZero ? [0] : []));
  let high = Math.max(...values, ...(fromZero ? [0] : []));
  // A line near zero starts there; one far above shows its own range.
  if (low > 0 && low < high * 0.6) low = 0;
  if (low === high) {
    low -= low === 0 ? 0 : Math.abs(low) / 2;
    high += high === 0 ? 1 : Math.abs(high) / 2;
  }
  const step = roundStep((high - low) / 4);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
  return { min: first * step, max: last * step, ticks };
}

function roundStep(rough: number): number {
  const size = 10 ** Math.floor(Math.log10(rough));
  const part = rough / size;
  return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10) * size;
}

/** The slices of the first series, as rings cut open, clockwise from the top. */
export function pieSlices(data: ChartData): readonly { readonly path: string; readonly index: number }[] {
  const values = data.series[0]?.values.map((value) => Math.max(0, value)) ?? [];
  const sum = values.reduce((total, value) => total + value, 0);
  let angle = -Math.PI / 2;
  return values.flatMap((value, index) => {
    if (sum === 0 || value === 0) return [];
    // A whole circle has no two ends to draw between.
    const turn = Math.min((value / sum) * 2 * Math.PI, 2 * Math.PI - 1e-4);
    const [from, to] = [angle, angle + turn];
    angle = to;
    const far = turn > Math.PI ? 1 : 0;
    const outer = `M${onCircle(100, from)}A100 100 0 ${far} 1 ${onCircle(100, to)}`;
    const inner = `L${onCircle(58, to)}A58 58 0 ${far} 0 ${onCircle(58, from)}Z`;
    return [{ path: outer + inner, index }];
  });
}

const onCircle = (radius: number, angle: number): string =>
  `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
