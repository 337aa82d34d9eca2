import { useEffect, useRef, useState, type HTMLAttributes, type KeyboardEvent, type RefObject } from 'react';

/** Wide enough for the app to be beside the chat. */
const BESIDE = '(min-width: 900px)';

interface PanelParts {
  readonly panel: RefObject<HTMLElement>;
  readonly attributes: HTMLAttributes<HTMLElement>;
}

/**
 * What every app's panel does: beside the chat it is a part of the page; over it, on a narrow screen, a dialog behind which
 * nothing can be reached and which Escape closes. The focus is in it from the start, and goes back to what opened it.
 * - Parameter page: another value for each page that is shown; null while there is none yet.
 */
export function usePanel(page: string | number | null, onClose: () => void): PanelParts {
  const panel = useRef<HTMLElement>(null);
  const over = !useMedia(BESIDE);
  const [opener] = useState(findOpener);
  // Before the focus goes back: what cannot be reached does not take it.
  useOthersInert(panel, over);
  useEffect(() => {
    panel.current?.focus({ preventScroll: true });
    return () => {
      if (isLost(document.activeElement) && opener?.isConnected) opener.focus({ preventScroll: true });
    };
  }, [opener]);
  // With the page that was left the focus is gone: the new page's title takes it.
  useEffect(() => {
    const { activeElement } = document;
    if (page === null || !(isLost(activeElement) || activeElement === panel.current)) return;
    panel.current?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
  }, [page]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== 'Escape' || !over || isForItself(event.target as Element)) return;
    onClose();
  };
  return {
    panel,
    attributes: { role: over ? 'dialog' : 'complementary', 'aria-modal': over ? true : undefined, tabIndex: -1, onKeyDown },
  };
}

const isLost = (element: Element | null): boolean => element === null || element === document.body;

/** What has the focus now. An entry of a menu goes with the menu, whose button stays. */
function findOpener(): HTMLElement | null {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || isLost(activeElement)) return null;
  return activeElement.closest('.menu-box')?.querySelector('button') ?? activeElement;
}

/** A dialog of the client closes itself; a search's words go before the page. */
const isForItself = (element: Element): boolean =>
  element.closest('dialog') !== null ||
  (element instanceof HTMLInputElement && element.type === 'search' && element.value !== '');

/** What is under a sheet over everything can be neither reached nor read. */
function useOthersInert(panel: RefObject<HTMLElement>, over: boolean): void {
  useEffect(() => {
    if (!over) return;
    const others = [...(panel.current?.parentElement?.children ?? [])].filter(
      (element) => element !== panel.current && element.tagName !== 'DIALOG',
    );
    others.forEach((element) => element.setAttribute('inert', ''));
    return () => others.forEach((element) => element.removeAttribute('inert'));
  }, [panel, over]);
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = (): void => setMatches(list.matches);
    change();
    list.addEventListener('change', change);
    return () => list.removeEventListener('change', change);
  }, [query]);
  return matches;
}
