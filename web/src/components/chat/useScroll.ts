import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Nearer to the end than this counts as being at the end, in pixels. */
const NEAR = 60;

interface Scroll {
  readonly box: RefObject<HTMLDivElement>;
  readonly atEnd: boolean;
  readonly toEnd: () => void;
  readonly onScroll: () => void;
}

/** A row, and how far below the top edge it is seen. */
interface Anchor {
  readonly row: HTMLElement;
  readonly offset: number;
}

/**
 * Keeps the place in a list that grows at both ends: the topmost message in sight stays where it is when others come or change
 * above, and the end stays in sight when it was.
 *
 * @param ready whether the first rows are there
 * @param start the element to show first; null for the end of the list
 */
export function useScroll(ready: boolean, start: () => HTMLElement | null): Scroll {
  const box = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const placed = useRef(false);
  const anchor = useRef<Anchor | null>(null);
  const [atEnd, setAtEnd] = useState(true);

  const remember = useCallback((): void => {
    const element = box.current;
    if (!element) return;
    stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    setAtEnd(stuck.current);
    anchor.current = topmost(element);
  }, []);

  const restore = useCallback((): void => {
    const element = box.current;
    if (!element || !placed.current) return;
    if (stuck.current) {
      element.scrollTop = element.scrollHeight;
    } else if (anchor.current?.row.isConnected) {
      element.scrollTop += offsetOf(element, anchor.current.row) - anchor.current.offset;
    }
  }, []);

  const toEnd = useCallback((): void => {
    stuck.current = true;
    restore();
    remember();
  }, [restore, remember]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !ready) return;
    if (placed.current) {
      restore();
    } else {
      placed.current = true;
      const target = start();
      element.scrollTop = target ? target.offsetTop - element.clientHeight / 4 : element.scrollHeight;
    }
    remember();
  });

  // Photos and fonts change heights without a rendering, the keyboard of a phone changes the box.
  useEffect(() => {
    const element = box.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    const observer = new ResizeObserver(restore);
    observer.observe(element);
    observer.observe(content);
    return () => observer.disconnect();
  }, [restore]);

  return { box, atEnd, toEnd, onScroll: remember };
}

/** The first message that is at least partly in sight, by halving: the rows are in the order of the page. */
function topmost(box: HTMLElement): Anchor | null {
  const rows = box.getElementsByClassName('message');
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle] as HTMLElement;
    if (offsetOf(box, row) + row.offsetHeight > 0) high = middle;
    else low = middle + 1;
  }
  const row = rows[low] as HTMLElement | undefined;
  return row ? { row, offset: offsetOf(box, row) } : null;
}

function offsetOf(box: HTMLElement, row: HTMLElement): number {
  return row.getBoundingClientRect().top - box.getBoundingClientRect().top;
}
