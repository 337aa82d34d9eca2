import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { childrenOf, idOf, numberOf, propsOf } from '../node';
import { wanted } from '../window';
import { ScrollContext, useView, type PartProps } from './context';
import { NodeView, type Parts } from './NodeView';

const ROW_HEIGHT = 56;

/** A list of which only the rows around the screen are here; the rest is empty space as high as they would be. */
function List({ node, id }: PartProps): JSX.Element {
  const view = useView();
  const scroll = useContext(ScrollContext);
  const box = useRef<HTMLDivElement>(null);
  const [measured, measure] = useState<number | null>(null);
  const props = propsOf(node);
  const rows = childrenOf(node);
  const from = Math.max(0, numberOf(props['from']) ?? 0);
  const total = Math.max(from + rows.length, numberOf(props['count']) ?? 0);
  const declared = Math.max(16, numberOf(props['height']) ?? ROW_HEIGHT);
  const height = measured ?? declared;
  const isPart = total > rows.length;

  // Rows may be higher than the app has said: the first ones drawn tell for all.
  useLayoutEffect(() => {
    const inner = box.current?.querySelector<HTMLElement>('.mini-list-rows');
    if (!isPart || !inner || rows.length === 0 || measured !== null) return;
    const average = inner.offsetHeight / rows.length;
    if (average > 0) measure(average);
  }, [isPart, rows.length, measured]);

  useEffect(() => {
    const outer = scroll?.current;
    if (!isPart || !outer || node.k === undefined) return;
    const key = String(node.k);
    const look = (): void => {
      const element = box.current;
      if (!element) return;
      const offset = outer.getBoundingClientRect().top - element.getBoundingClientRect().top;
      const wish = wanted({ offset, height: outer.clientHeight, rowHeight: height, total }, { from, count: rows.length });
      if (wish) view.window(key, wish.from, wish.count);
    };
    look();
    outer.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      outer.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [view, scroll, isPart, node.k, total, from, rows.length, height]);

  return (
    <div className={isPart ? 'mini-list part' : 'mini-list'} role="list" ref={box} data-count={total} data-from={from}>
      {from > 0 && <Space rows={from} height={height} />}
      <div className="mini-list-rows" role="presentation">
        {rows.map((row, index) => {
          const rowId = idOf(node, id, row, index);
          return (
            <div
              key={rowId}
              className="mini-list-row"
              role="listitem"
              aria-setsize={total}
              aria-posinset={from + index + 1}
              style={{ minHeight: declared }}
            >
              <NodeView node={row} id={rowId} />
            </div>
          );
        })}
      </div>
      {total > from + rows.length && <Space rows={total - from - rows.length} height={height} />}
    </div>
  );
}

/** Room for rows that are not here, with their shapes hinted at. */
function Space({ rows, height }: { readonly rows: number; readonly height: number }): JSX.Element {
  return (
    <div
      className="mini-list-space"
      role="presentation"
      style={{ height: rows * height, backgroundSize: `100% ${height}px` }}
    />
  );
}

export const lists: Parts = { list: List };
