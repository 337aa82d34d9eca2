import { locale, t } from '../../i18n';
import { listOf, oneOf, propsOf, textOf } from '../node';
import type { PartProps } from './context';
import type { Parts } from './NodeView';

const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 10 });

function Table({ node }: PartProps): JSX.Element {
  const { columns: listed, rows, caption } = propsOf(node);
  const columns = listOf(listed).map((column) => {
    const whole = typeof column === 'object' && column !== null ? (column as { title?: unknown; align?: unknown }) : {};
    return { title: textOf(column) ?? textOf(whole.title) ?? '', align: oneOf(whole.align, ['start', 'center', 'end']) };
  });
  const words = textOf(caption);
  return (
    // What is too wide is scrolled, by keys, too.
    <div className="mini-table" tabIndex={0} role="region" aria-label={words ?? t('miniapp.table')}>
      <table>
        {words !== undefined && <caption dir="auto">{words}</caption>}
        {columns.some((column) => column.title !== '') && (
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th key={index} scope="col" className={`to-${column.align}`} dir="auto">
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {listOf(rows).map((row, index) => (
            <tr key={index}>
              {listOf(row).map((cell, column) => (
                <td
                  key={column}
                  className={`to-${columns[column]?.align ?? 'start'} ${typeof cell === 'number' ? 'number' : ''}`}
                  dir="auto"
                >
                  {typeof cell === 'number' ? format.format(cell) : textOf(cell) ?? ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const tables: Parts = { table: Table };
