import { useEffect, useState } from 'react';
import { locale } from '../../i18n';
import { numberOf, oneOf, onOf, propsOf } from '../node';
import { clockText } from '../relative';
import { useView, type PartProps } from './context';
import type { Parts } from './NodeView';

/** Ticks on the device. What it does when it is over is done once, also if it was over when it came. */
function Timer({ node, id }: PartProps): JSX.Element | null {
  const view = useView();
  const props = propsOf(node);
  const until = numberOf(props['until']) ?? numberOf(props['until_']);
  const style = oneOf(props['style'], ['countdown', 'elapsed']);
  const action = onOf(props['on']);
  const [now, setNow] = useState(Date.now);
  // What ends otherwise than before is counted from now, not from the last tick.
  const [counted, setCounted] = useState(until);
  if (counted !== until) {
    setCounted(until);
    setNow(Date.now());
  }
  const left = until === undefined ? 0 : until - now;
  const isOver = style === 'countdown' && left <= 0;
  useEffect(() => {
    if (until === undefined || isOver) return;
    // At the turn of each second, so that all timers of a page tick together.
    const rest = (((until - Date.now()) % 1000) + 1000) % 1000;
    const timer = setTimeout(() => setNow(Date.now()), (style === 'countdown' ? rest : 1000 - rest) + 5);
    return () => clearTimeout(timer);
  }, [now, until, style, isOver]);
  useEffect(() => {
    if (until !== undefined && isOver && action) view.fire(id, until, action);
    // The action of the newest drawing is the one that counts.
  }, [view, id, until, isOver]);
  if (until === undefined) return null;
  const seconds = style === 'countdown' ? Math.max(0, Math.ceil(left / 1000)) : Math.max(0, Math.floor(-left / 1000));
  return (
    <time className={`mini-timer ${isOver ? 'over' : ''}`} role="timer" dateTime={`PT${seconds}S`} lang={locale}>
      {clockText(seconds)}
    </time>
  );
}

export const timers: Parts = { timer: Timer };
