import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Nearer to the end than this counts as being at the end, in pixels. */
const NEAR = 60;

interface Scroll {
  readonly box: RefObject<HTMLDivElement>;
  readonly atEnd: boolean;
  readonly toEnd: () => void;
  readonly onScroll: () => void;
}

/**
 * Keeps the place in a list that grows at both ends: what is read stays put when older messages come above or photos get their
 * size, and the end stays in sight when it was.
 *
 * @param start the element to show first, when the list has its first rows
 */
export function useScroll(first: string | null, ready: boolean, start: () => HTMLElement | null): Scroll {
  const box = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const [atEnd, setAtEnd] = useState(true);
  const placed = useRef(false);
  const anchor = useRef<{ first: string | null; height: number; top: number }>({ first: null, height: 0, top: 0 });

  const remember = useCallback((): void => {
    const element = box.current;
    if (!element) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    stuck.current = left < NEAR;
    setAtEnd(left < NEAR);
    anchor.current = { ...anchor.current, height: element.scrollHeight, top: element.scrollTop };
  }, []);

  const toEnd = useCallback((): void => {
    const element = box.current;
    if (!element) return;
    stuck.current = true;
    element.scrollTop = element.scrollHeight;
    remember();
  }, [remember]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !ready) return;
    if (!placed.current) {
      placed.current = true;
      const target = start();
      element.scrollTop = target ? target.offsetTop - element.clientHeight / 4 : element.scrollHeight;
    } else if (first !== anchor.current.first && !stuck.current) {
      // Rows came above: what was in sight moves down by their height, and the view follows.
      element.scrollTop = anchor.current.top + element.scrollHeight - anchor.current.height;
    } else if (stuck.current) {
      element.scrollTop = element.scrollHeight;
    }
    anchor.current.first = first;
    remember();
  });

  // Photos and fonts change heights without a rendering, the keyboard of a phone changes the box.
  useEffect(() => {
    const element = box.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    const observer = new ResizeObserver(() => {
      if (stuck.current && placed.current) element.scrollTop = element.scrollHeight;
      anchor.current.height = element.scrollHeight;
    });
    observer.observe(element);
    observer.observe(content);
    return () => observer.disconnect();
  }, []);

  return { box, atEnd, toEnd, onScroll: remember };
}
