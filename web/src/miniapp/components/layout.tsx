import type { CSSProperties } from 'react';
import { boolOf, numberOf, oneOf, onOf, placeOf, propsOf, textOf, type Props } from '../node';
import { useView, type PartProps } from './context';
import { Children, type Parts } from './NodeView';

const GAP = 4;

const gapOf = (value: unknown, fallback: number): number =>
  Math.min(6, Math.max(0, Math.round(numberOf(value) ?? fallback))) * GAP;

function Page({ node, id }: PartProps): JSX.Element {
  return (
    <div className="mini-page">
      <Children node={node} id={id} />
    </div>
  );
}

function Section({ node, id }: PartProps): JSX.Element {
  const { title, footer } = propsOf(node);
  return (
    <section className="mini-section">
      {textOf(title) !== undefined && <h3 dir="auto">{textOf(title)}</h3>}
      <div className="mini-section-body">
        <Children node={node} id={id} />
      </div>
      {textOf(footer) !== undefined && (
        <p className="mini-section-foot" dir="auto">
          {textOf(footer)}
        </p>
      )}
    </section>
  );
}

const ALIGN = { stretch: 'stretch', start: 'flex-start', center: 'center', end: 'flex-end', baseline: 'baseline' } as const;

function flexStyle(props: Props, fallback: 'center' | 'stretch'): CSSProperties {
  const words = ['start', 'center', 'end', 'baseline', 'stretch'] as const;
  const align = words.find((word) => word === props['align']) ?? fallback;
  return { gap: gapOf(props['gap'], 2), alignItems: ALIGN[align], ...(boolOf(props['wrap']) ? { flexWrap: 'wrap' } : {}) };
}

function Row({ node, id }: PartProps): JSX.Element {
  return (
    <div className="mini-row" style={flexStyle(propsOf(node), 'center')}>
      <Children node={node} id={id} />
    </div>
  );
}

function Column({ node, id }: PartProps): JSX.Element {
  return (
    <div className="mini-column" style={flexStyle(propsOf(node), 'stretch')}>
      <Children node={node} id={id} />
    </div>
  );
}

function Grid({ node, id }: PartProps): JSX.Element {
  const { columns, gap } = propsOf(node);
  const count = Math.min(6, Math.max(1, Math.round(numberOf(columns) ?? 2)));
  return (
    <div className="mini-grid" style={{ gap: gapOf(gap, 2), gridTemplateColumns: `repeat(${count}, minmax(0, 1fr))` }}>
      <Children node={node} id={id} />
    </div>
  );
}

/** A card that can be pressed lies under a button of its size: what is inside it can still be used by itself. */
function Card({ node, id }: PartProps): JSX.Element {
  const view = useView();
  const { on, to, label, color } = propsOf(node);
  const action = onOf(on);
  const place = placeOf(to);
  const tint = oneOf(color, ['', 'accent', 'muted', 'danger', 'success', 'warning']);
  const look = tint === '' ? 'mini-card' : `mini-card tint-${tint}`;
  const press = (): void => {
    if (place) view.go(place);
    else if (action) view.act({ on: action, by: id });
  };
  return (
    <div className={action || place ? `${look} pressable` : look}>
      {(action || place) && (
        <button type="button" className="mini-card-press" aria-label={textOf(label) ?? firstText(node)} onClick={press} />
      )}
      <Children node={node} id={id} />
    </div>
  );
}

/** A name for a card that has none: the first words in it. */
function firstText(node: PartProps['node']): string {
  for (const child of node.n ?? []) {
    const props = propsOf(child);
    const text = textOf(props['text']) ?? textOf(props['title']) ?? textOf(props['alt']) ?? firstText(child);
    if (text !== '') return text;
  }
  return '';
}

function Spacer(): JSX.Element {
  return <div className="mini-spacer" />;
}

function Divider(): JSX.Element {
  return <hr className="mini-divider" />;
}

export const layout: Parts = {
  page: Page,
  section: Section,
  row: Row,
  column: Column,
  grid: Grid,
  card: Card,
  spacer: Spacer,
  divider: Divider,
};
