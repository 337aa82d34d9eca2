import { useEffect, useState, type ReactNode } from 'react';
import { Avatar } from '../../components/common/Avatar';
import { t } from '../../i18n';
import { formatDate, formatMoment, formatTime, formatWhole } from '../../i18n/format';
import { money } from '../../money/amount';
import { hasIcon, MiniIcon } from '../icons';
import { readMarkup, type Piece } from '../markup';
import { boolOf, numberOf, oneOf, propsOf, textOf } from '../node';
import { relative } from '../relative';
import { outsideHref } from '../safe';
import type { PartProps } from './context';
import type { Parts } from './NodeView';

const COLORS = ['', 'accent', 'muted', 'danger', 'success', 'warning'] as const;

/** The class of a colour that apps may name. */
const colorClass = (value: unknown): string => {
  const color = oneOf(value, COLORS);
  return color === '' ? '' : `mini-${color}`;
};

function textClass(props: PartProps['node']['p'] = {}): string {
  const style = oneOf(props['style'], ['body', 'title', 'heading', 'caption', 'code']);
  const align = oneOf(props['align'], ['', 'start', 'center', 'end']);
  return [
    `mini-text ${style}`,
    boolOf(props['weight'] === 'bold') ? 'bold' : '',
    colorClass(props['color']),
    align === '' ? '' : `to-${align}`,
  ].join(' ');
}

function Text({ node }: PartProps): JSX.Element {
  const props = propsOf(node);
  const text = textOf(props['text']) ?? '';
  const words = boolOf(props['markup']) ? readMarkup(text).map(drawPiece) : text;
  const className = textClass(props);
  switch (props['style']) {
    case 'title':
      return <h2 className={className} dir="auto">{words}</h2>;
    case 'heading':
      return <h3 className={className} dir="auto">{words}</h3>;
    case 'code':
      return <code className={className} dir="auto">{words}</code>;
    default:
      return <p className={className} dir="auto">{words}</p>;
  }
}

function drawPiece(piece: Piece, key: number): ReactNode {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'code':
      return <code key={key}>{piece.text}</code>;
    case 'bold':
      return <strong key={key}>{piece.pieces.map(drawPiece)}</strong>;
    case 'italic':
      return <em key={key}>{piece.pieces.map(drawPiece)}</em>;
    case 'link': {
      const href = outsideHref(piece.url);
      const words = piece.pieces.map(drawPiece);
      if (href === null) return <span key={key}>{words}</span>;
      return (
        <a key={key} href={href} target="_blank" rel="noopener noreferrer" title={href}>
          {words}
        </a>
      );
    }
  }
}

function Icon({ node }: PartProps): JSX.Element | null {
  const { name, color, size, label } = propsOf(node);
  const icon = textOf(name) ?? '';
  if (!hasIcon(icon)) return null;
  const words = textOf(label);
  const named = words === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': words };
  return (
    <span className={`mini-icon ${oneOf(size, ['m', 's', 'l'])} ${colorClass(color)}`} {...named}>
      <MiniIcon name={icon} />
    </span>
  );
}

function Badge({ node }: PartProps): JSX.Element {
  const { text, color } = propsOf(node);
  return (
    <span className={`mini-badge ${colorClass(color)}`} dir="auto">
      {textOf(text)}
    </span>
  );
}

const SIZES = { s: 'small', m: 'medium', l: 'large' } as const;

function AvatarPart({ node }: PartProps): JSX.Element {
  const { name, seed, size, user } = propsOf(node);
  const shown = textOf(name) ?? '';
  const id = numberOf(seed) ?? numberOf(user) ?? [...(textOf(seed) ?? shown)].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7);
  return (
    <span className="mini-avatar" role="img" aria-label={shown}>
      <Avatar id={id % 2 ** 31} name={shown} size={SIZES[oneOf(size, ['m', 's', 'l'])]} />
    </span>
  );
}

function Money({ node }: PartProps): JSX.Element {
  const props = propsOf(node);
  return <span className={`${textClass(props)} mini-money`}>{amountText(props['amount'], props['currency'])}</span>;
}

function amountText(amount: unknown, currency: unknown): string {
  const number = numberOf(amount);
  const code = textOf(currency) ?? '';
  if (number === undefined) return '';
  try {
    return money(Math.round(number), code);
  } catch {
    return `${number / 100} ${code}`;
  }
}

function DatePart({ node }: PartProps): JSX.Element | null {
  const { at, style } = propsOf(node);
  const time = numberOf(at);
  const kind = oneOf(style, ['datetime', 'date', 'time', 'relative']);
  const now = useMinute(kind === 'relative');
  if (time === undefined || Math.abs(time) > 8.64e15) return null;
  const texts = { date: formatDate, time: formatTime, datetime: formatMoment, relative: (at: number) => relative(at, now) };
  return (
    <time className="mini-date" dir="auto" dateTime={new Date(time).toISOString()} title={formatWhole(time)}>
      {texts[kind](time)}
    </time>
  );
}

function useMinute(active: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}

function Progress({ node }: PartProps): JSX.Element {
  const { value, label } = propsOf(node);
  const share = numberOf(value);
  const done = share === undefined ? undefined : Math.min(1, Math.max(0, share));
  const words = textOf(label);
  return (
    <div className="mini-progress">
      {words !== undefined && (
        <p className="mini-progress-label" dir="auto" aria-hidden="true">
          <span>{words}</span>
          {done !== undefined && <span>{Math.round(done * 100)}%</span>}
        </p>
      )}
      <div
        className={done === undefined ? 'mini-bar busy' : 'mini-bar'}
        role="progressbar"
        aria-label={words ?? t('miniapp.progress')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={done === undefined ? undefined : Math.round(done * 100)}
      >
        <span style={done === undefined ? undefined : { width: `${done * 100}%` }} />
      </div>
    </div>
  );
}

function Skeleton({ node }: PartProps): JSX.Element {
  const lines = Math.min(20, Math.max(1, Math.round(numberOf(propsOf(node)['lines']) ?? 3)));
  return <SkeletonLines lines={lines} />;
}

export function SkeletonLines({ lines }: { readonly lines: number }): JSX.Element {
  return (
    <div className="mini-skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}

function Empty({ node }: PartProps): JSX.Element {
  const { title, text, icon } = propsOf(node);
  const name = textOf(icon) ?? '';
  return (
    <div className="mini-empty">
      {hasIcon(name) && (
        <span className="mini-empty-icon" aria-hidden="true">
          <MiniIcon name={name} />
        </span>
      )}
      <p className="mini-empty-title" dir="auto">{textOf(title)}</p>
      {textOf(text) !== undefined && <p className="mini-empty-text" dir="auto">{textOf(text)}</p>}
    </div>
  );
}

export const content: Parts = {
  text: Text,
  icon: Icon,
  badge: Badge,
  avatar: AvatarPart,
  money: Money,
  date: DatePart,
  progress: Progress,
  skeleton: Skeleton,
  empty: Empty,
};
