import { useEffect, useRef, useState, useSyncExternalStore, type ReactNode, type RefObject } from 'react';
import { Icon } from '../components/common/Icon';
import { IconButton } from '../components/common/IconButton';
import { Spinner } from '../components/common/Spinner';
import { describe } from '../client/messages';
import { useClient } from '../hooks/useClient';
import { locale, t } from '../i18n';
import { ApiError } from '../transport/errors';
import { SkeletonLines } from './components/content';
import { FootContext, OverlayContext, ScrollContext, ViewContext } from './components/context';
import { NodeView } from './components/NodeView';
import { propsOf, ROOT, textOf, type Failure, type Node } from './node';
import type { OpenView } from './openView';
import { PanelHead } from './PanelHead';
import { top } from './stack';
import { isLeaving, type View } from './view';

/** The mini-app that is open: a panel beside the chat, or a sheet over everything on a narrow screen. */
export function MiniAppPanel(): JSX.Element | null {
  const { miniapps } = useClient();
  const view = useSyncExternalStore(miniapps.subscribe, miniapps.shown);
  return view && <Panel key={view.get().view} view={view} />;
}

/** Wide enough for the app to be beside the chat. */
const BESIDE = '(min-width: 900px)';

function Panel({ view }: { readonly view: OpenView }): JSX.Element {
  const now = useSyncExternalStore(view.subscribe, view.get);
  const beside = useMedia(BESIDE);
  const panel = useRef<HTMLElement>(null);
  const [overlay, setOverlay] = useState<HTMLElement | null>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  useOthersInert(panel, !beside);
  const { page } = top(now.stack);
  return (
    <section
      ref={panel}
      className="mini-panel"
      role={beside ? 'complementary' : 'dialog'}
      aria-modal={beside ? undefined : true}
      aria-label={t('miniapp.label', { app: now.app })}
      tabIndex={-1}
      dir={direction(locale)}
      data-miniapp={now.app}
      data-page={page ?? 'home'}
      data-version={now.tree ? now.version : undefined}
      data-state={now.error ? 'failed' : now.awaiting ? (now.tree ? 'opening' : 'loading') : 'shown'}
      data-online={now.online}
      aria-busy={now.awaiting || now.acts.length > 0}
    >
      <ViewContext.Provider value={view}>
        <div className="mini-inner">
          <PanelHead view={view} now={now} pageTitle={titleOf(now.tree)} />
          <Offline now={now} />
          <div className="mini-stage">
            <div className="mini-body">
              <OverlayContext.Provider value={overlay}>
                <Body view={view} now={now} />
              </OverlayContext.Provider>
            </div>
            <div ref={setOverlay} className="mini-overlays" />
            <Toasts view={view} />
          </div>
        </div>
      </ViewContext.Provider>
    </section>
  );
}

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

function Body({ view, now }: { readonly view: OpenView; readonly now: View }): JSX.Element {
  const scroll = useRef<HTMLDivElement>(null);
  const [foot, setFoot] = useState<HTMLElement | null>(null);
  const { tree, error, awaiting, visit, stack } = now;
  // Where each page was left, so that "back" leads there.
  const places = useRef(new Map<number, number>());
  useEffect(() => {
    if (scroll.current) scroll.current.scrollTop = places.current.get(stack.length) ?? 0;
    for (const depth of [...places.current.keys()]) if (depth > stack.length) places.current.delete(depth);
  }, [visit]);
  const isGone = error !== null && (tree === null || visit !== now.moves);
  return (
    <>
      <div className={awaiting && tree ? 'mini-loading on' : 'mini-loading'} aria-hidden="true" />
      {error && !isGone && (
        <Failed failure={error} small onRetry={() => view.take({ type: 'reload' })} />
      )}
      <div
        ref={scroll}
        className={isLeaving(now) ? 'mini-scroll leaving' : 'mini-scroll'}
        onScroll={(event) => {
          if (visit === now.moves) places.current.set(stack.length, event.currentTarget.scrollTop);
        }}
      >
        {isGone && error ? (
          <Failed failure={error} onRetry={() => view.take({ type: 'reload' })} />
        ) : tree ? (
          <ScrollContext.Provider value={scroll}>
            <FootContext.Provider value={foot}>
              <NodeView key={visit} node={tree} id={ROOT} />
            </FootContext.Provider>
          </ScrollContext.Provider>
        ) : (
          <Loading />
        )}
      </div>
      <div ref={setFoot} className="mini-foot" hidden={isGone} />
    </>
  );
}

function Loading(): JSX.Element {
  return (
    <div className="mini-page" role="status">
      <span className="sr-only">{t('app.loading')}</span>
      {[2, 4, 3].map((lines) => (
        <div key={lines} className="mini-card">
          <SkeletonLines lines={lines} />
        </div>
      ))}
    </div>
  );
}

interface FailedProps {
  readonly failure: Failure;
  readonly onRetry: () => void;
  readonly small?: boolean;
}

function Failed({ failure, onRetry, small = false }: FailedProps): JSX.Element {
  return (
    <div className={small ? 'mini-failed small' : 'mini-failed'} role="alert" data-testid="miniapp-error" data-code={failure.code}>
      {!small && <Icon name="warning" />}
      <div>
        {!small && <h3>{t('miniapp.failed')}</h3>}
        <p dir="auto">{describe(new ApiError(400, failure.code, failure.message, null))}</p>
      </div>
      <button type="button" className="mini-button secondary" data-testid="miniapp-retry" onClick={onRetry}>
        <span>{t('miniapp.retry')}</span>
      </button>
    </div>
  );
}

/** The page stays as it was; what is pressed goes out when there is a connection again. */
function Offline({ now }: { readonly now: View }): JSX.Element {
  return (
    <div role="status">
      {!now.online && (
        <p className="mini-offline" data-testid="miniapp-offline">
          <Spinner small />
          <span>{t('miniapp.reconnecting')}</span>
        </p>
      )}
    </div>
  );
}

function Toasts({ view }: { readonly view: OpenView }): JSX.Element {
  const toasts = useSyncExternalStore(view.subscribe, view.toasts);
  const draw = (kind: 'info' | 'error'): ReactNode =>
    toasts
      .filter((toast) => toast.kind === kind)
      .map((toast) => (
        <div key={toast.id} className={`toast ${toast.kind}`} data-testid="miniapp-toast">
          <span dir="auto">{toast.text}</span>
          <IconButton icon="close" label={t('common.close')} onClick={() => view.dismiss(toast.id)} />
        </div>
      ));
  return (
    <div className="mini-toasts">
      <div role="status" aria-live="polite">
        {draw('info')}
      </div>
      <div role="alert" aria-live="assertive">
        {draw('error')}
      </div>
    </div>
  );
}

function titleOf(tree: Node | null): string | null {
  return tree ? textOf(propsOf(tree)['title']) ?? null : null;
}

/** Right-to-left scripts, should a language of theirs be added. */
const direction = (tag: string): 'ltr' | 'rtl' => (/^(?:ar|fa|he|ur)\b/.test(tag) ? 'rtl' : 'ltr');

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
