import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useGuard } from '../hooks/useGuard';
import { t } from '../i18n';
import type { PopupButton } from './protocol';
import type { Question, WebAppSession } from './session';

interface Props {
  readonly session: WebAppSession;
  readonly question: Question;
}

/** What an app asks through the client. It lies over the page and never over the client's own bar: closing is always possible. */
export function Questions({ session, question }: Props): JSX.Element {
  switch (question.kind) {
    case 'popup':
      return (
        <Box label={question.title || question.message} onEscape={() => session.answer(null)}>
          {question.title !== '' && <h3 dir="auto">{question.title}</h3>}
          <p className="dialog-text" dir="auto" data-testid="webapp-popup">
            {question.message}
          </p>
          <div className="web-buttons">
            {question.buttons.map((button, index) => (
              <button
                key={index}
                type="button"
                className={classOf(button)}
                data-autofocus={index === 0 ? true : undefined}
                data-testid={`webapp-popup-${button.id === '' ? button.type : button.id}`}
                onClick={() => session.answer(button.id)}
              >
                {labelOf(button)}
              </button>
            ))}
          </div>
        </Box>
      );
    case 'link':
      return <LinkQuestion session={session} url={question.url} />;
    case 'close':
      return (
        <Box label={t('webapp.close.title')} onEscape={() => session.answer(null)}>
          <h3>{t('webapp.close.title')}</h3>
          <p className="dialog-text">{t('webapp.close.text')}</p>
          <div className="web-buttons">
            <button type="button" className="danger" data-testid="webapp-close-anyway" onClick={() => session.answer('close')}>
              {t('webapp.close.anyway')}
            </button>
            <button type="button" className="plain" data-autofocus onClick={() => session.answer(null)}>
              {t('common.cancel')}
            </button>
          </div>
        </Box>
      );
  }
}

function LinkQuestion({ session, url }: { readonly session: WebAppSession; readonly url: string }): JSX.Element {
  const ready = useGuard();
  return (
    <Box label={t('webapp.link.title', { host: new URL(url).host })} onEscape={() => session.answer(null)}>
      <h3>{t('webapp.link.title', { host: new URL(url).host })}</h3>
      <p className="dialog-text web-address" dir="ltr" data-testid="webapp-link">
        {url}
      </p>
      <div className="web-buttons">
        <a
          className={ready ? 'button primary' : 'button primary waits'}
          href={ready ? url : undefined}
          target="_blank"
          rel="noopener noreferrer"
          role="button"
          aria-disabled={!ready}
          data-testid="webapp-link-open"
          onClick={() => ready && session.answer('open')}
        >
          {t('webapp.link.open')}
        </a>
        <button type="button" className="plain" data-autofocus onClick={() => session.answer(null)}>
          {t('common.cancel')}
        </button>
      </div>
    </Box>
  );
}

interface BoxProps {
  readonly label: string;
  readonly onEscape: () => void;
  readonly children: ReactNode;
}

function Box({ label, onEscape, children }: BoxProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  // Before the page behind is inert: then it has lost the focus.
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [before]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    // The page behind it stays open.
    event.stopPropagation();
    onEscape();
  };
  return (
    <div className="mini-overlay" onKeyDown={onKeyDown}>
      <div ref={box} className="mini-dialog web-question" role="alertdialog" aria-label={label}>
        {children}
      </div>
    </div>
  );
}

function labelOf({ type, text }: PopupButton): string {
  if (type === 'ok') return t('webapp.ok');
  if (type === 'close') return t('common.close');
  if (type === 'cancel') return t('common.cancel');
  return text === '' ? t('webapp.ok') : text;
}

const classOf = ({ type }: PopupButton): string =>
  type === 'destructive' ? 'danger' : type === 'cancel' || type === 'close' ? 'plain' : 'primary';
