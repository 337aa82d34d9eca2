import { useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';
import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import { above } from '../../client/pages';
import { IconButton } from './IconButton';

interface Props {
  readonly title: string;
  /** A line under the title. */
  readonly about?: string | undefined;
  /** Buttons at the end of the head. */
  readonly actions?: ReactNode;
  readonly testId?: string;
  /** What the page shows has been loaded: it is as high now as when it was left. */
  readonly ready?: boolean;
  readonly children: ReactNode;
}

/** The head and the scrolling body of a page that is shown instead of a chat. */
export function PageFrame({ title, about, actions, testId, ready = true, children }: Props): JSX.Element {
  const client = useClient();
  const page = useSelect((state) => state.page);
  const inner = page !== null && above(page) !== null;
  const scroll = useRef<HTMLDivElement>(null);
  // The keys scroll the page at once, and screen readers begin here; a field that took the focus keeps it.
  useEffect(() => {
    const element = scroll.current;
    if (element && !element.contains(document.activeElement)) element.focus({ preventScroll: true });
  }, []);
  const keepPlace = usePlace(scroll, ready);
  return (
    <section className="page" aria-label={title} data-testid={testId}>
      <header className="chat-head">
        <IconButton
          // Beside the list of chats a page without one above it needs no way back.
          className={inner ? 'back always' : 'back'}
          icon="back"
          label={t(inner ? 'page.back' : 'chats.back')}
          data-testid="back"
          onClick={() => client.navigation.back()}
        />
        <div className="chat-head-text">
          <h2>{title}</h2>
          {about !== undefined && <p className="quiet">{about}</p>}
        </div>
        {actions}
      </header>
      <div ref={scroll} className="page-scroll" tabIndex={-1} onScroll={keepPlace}>
        <div className="page-content">{children}</div>
      </div>
    </section>
  );
}

/** Scrolling rests this long before the place is kept; browsers refuse to be told at every step. */
const KEEP_AFTER_MS = 150;

/** Keeps how far the page was scrolled in the browser's history, so that "back" leads to the same place in a long list. */
function usePlace(scroll: RefObject<HTMLElement>, ready: boolean): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useLayoutEffect(() => {
    const place = (history.state as { scroll?: number } | null)?.scroll;
    if (ready && scroll.current && place !== undefined) scroll.current.scrollTop = place;
  }, [scroll, ready]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (scroll.current) history.replaceState({ ...history.state, scroll: scroll.current.scrollTop }, '');
    }, KEEP_AFTER_MS);
  };
}
