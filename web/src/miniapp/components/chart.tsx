import { useId } from 'react';
import { locale, t } from '../../i18n';
import { chartFrom, pieSlices, scaleOf, type ChartData } from '../chart';
import { oneOf, propsOf, textOf } from '../node';
import type { PartProps } from './context';
import type { Parts } from './NodeView';

const WIDTH = 360;
const HEIGHT = 200;
const LEFT = 40;
const BOTTOM = 24;
const TOP = 10;
const RIGHT = 8;

const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });

function Chart({ node }: PartProps): JSX.Element | null {
  const { kind, labels, series, label } = propsOf(node);
  const data = chartFrom(labels, series);
  const shape = oneOf(kind, ['line', 'bar', 'pie']);
  const words = textOf(label) ?? t('miniapp.chart');
  const titleId = useId();
  if (data.series.length === 0) return null;
  return (
    <figure className="mini-chart" aria-labelledby={titleId}>
      <figcaption id={titleId} dir="auto">{words}</figcaption>
      {shape === 'pie' ? <Pie data={data} /> : <Axes data={data} bars={shape === 'bar'} />}
      <Legend data={data} pie={shape === 'pie'} />
      <Numbers data={data} caption={words} />
    </figure>
  );
}

function Axes({ data, bars }: { readonly data: ChartData; readonly bars: boolean }): JSX.Element {
  const { min, max, ticks } = scaleOf(data, bars);
  const count = Math.max(1, data.labels.length);
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - min) / (max - min));
  const wide = (WIDTH - LEFT - RIGHT) / (bars ? count : Math.max(1, count - 1));
  const x = (index: number): number => LEFT + wide * (bars ? index + 0.5 : count === 1 ? 0.5 : index);
  const points = (values: readonly number[]): string => values.map((value, index) => `${x(index)},${y(value)}`).join(' ');
  // As many labels as there is room for.
  const every = Math.ceil(count / Math.max(2, Math.floor((WIDTH - LEFT) / 52)));
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <line className="mini-chart-grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text className="mini-chart-tick" x={LEFT - 6} y={y(tick) + 3.5} textAnchor="end">
            {short.format(tick)}
          </text>
        </g>
      ))}
      {data.labels.map((label, index) =>
        index % every === 0 ? (
          <text
            key={index}
            className="mini-chart-tick"
            x={x(index)}
            y={HEIGHT - 7}
            textAnchor={bars || (index > 0 && index < count - 1) ? 'middle' : index === 0 ? 'start' : 'end'}
          >
            {label.length > 9 ? `${label.slice(0, 8)}…` : label}
          </text>
        ) : null,
      )}
      {data.series.map((series, place) =>
        bars ? (
          <g key={place} className={`mini-series-${place % 6}`}>
            {series.values.map((value, index) => {
              const group = Math.min(wide * 0.72, 64);
              const width = group / data.series.length;
              const left = x(index) - group / 2 + place * width;
              const [high, low] = [y(Math.max(0, value)), y(Math.min(0, value))];
              const size = { width: Math.max(1, width - 2), height: Math.max(1, low - high) };
              return <rect key={index} x={left + 1} y={high} {...size} rx={3} />;
            })}
          </g>
        ) : (
          <g key={place} className={`mini-series-${place % 6}`}>
            {data.series.length === 1 && series.values.length > 1 && (
              <polygon
                className="mini-chart-area"
                points={`${x(0)},${y(min)} ${points(series.values)} ${x(series.values.length - 1)},${y(min)}`}
              />
            )}
            <polyline className="mini-chart-line" points={points(series.values)} />
            {series.values.length <= 16 && series.values.map((v, i) => <circle key={i} cx={x(i)} cy={y(v)} r={3} />)}
          </g>
        ),
      )}
    </svg>
  );
}

function Pie({ data }: { readonly data: ChartData }): JSX.Element {
  return (
    <svg className="mini-pie" viewBox="-105 -105 210 210" aria-hidden="true">
      {pieSlices(data).map(({ path, index }) => (
        <path key={index} className={`mini-series-${index % 6}`} d={path} />
      ))}
    </svg>
  );
}

function Legend({ data, pie }: { readonly data: ChartData; readonly pie: boolean }): JSX.Element | null {
  const first = data.series[0]!;
  const sum = first.values.reduce((total, value) => total + Math.max(0, value), 0);
  const percent = (index: number): number =>
    sum > 0 ? Math.round((Math.max(0, first.values[index] ?? 0) / sum) * 100) : 0;
  const names = pie
    ? data.labels.map((label, index) => `${label} · ${percent(index)}%`)
    : data.series.map((series) => series.title);
  if (!pie && (names.length < 2 || names.every((name) => name === ''))) return null;
  return (
    <ul className="mini-legend" aria-hidden="true">
      {names.map((name, index) => (
        <li key={index}>
          <i className={`mini-series-${index % 6}`} />
          <span dir="auto">{name}</span>
        </li>
      ))}
    </ul>
  );
}

/** The same in numbers, for those who do not see it. */
function Numbers({ data, caption }: { readonly data: ChartData; readonly caption: string }): JSX.Element {
  return (
    <div className="sr-only">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('miniapp.chart.label')}</th>
            {data.series.map((series, index) => (
              <th key={index} scope="col">
                {series.title || t('miniapp.chart.value')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.labels.map((label, row) => (
            <tr key={row}>
              <th scope="row">{label}</th>
              {data.series.map((series, index) => (
                <td key={index}>{series.values[row] === undefined ? '' : whole.format(series.values[row]!)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const charts: Parts = { chart: Chart };
