import { useState, useSyncExternalStore } from 'react';
import { Avatar } from '../components/common/Avatar';
import { Icon } from '../components/common/Icon';
import { IconButton } from '../components/common/IconButton';
import { Spinner } from '../components/common/Spinner';
import { PrivacyDialog } from '../components/dialogs/PrivacyDialog';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import { AppName } from '../miniapp/AppName';
import { usePanel } from '../miniapp/usePanel';
import type { BottomButton } from './protocol';
import { Questions } from './Questions';
import type { WebAppSession, WebAppState } from './session';

/** What the frame around an app lets it do. No windows of its own, no way to the page that it is in. */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms';

/** The web mini-app that is open: its page in a frame, and around it what only the client can draw. */
export function WebAppPanel(): JSX.Element | null {
  const { webapps } = useClient();
  const session = useSyncExternalStore(webapps.subscribe, webapps.shown);
  return session && <Panel key={JSON.stringify(session.address)} session={session} />;
}

function Panel({ session }: { readonly session: WebAppSession }): JSX.Element {
  const now = useSyncExternalStore(session.subscribe, session.get);
  const { panel, attributes } = usePanel(now.src ?? now.error, () => session.close());
  return (
    <section
      ref={panel}
      className="mini-panel web-panel"
      aria-label={t('miniapp.label', { app: session.address.app })}
      {...attributes}
      data-webapp={session.address.app}
      data-state={now.error !== null ? 'failed' : now.src === null ? 'loading' : now.ready ? 'ready' : 'shown'}
    >
      <div className="mini-inner">
        <Head session={session} now={now} />
        <div className="web-body" style={now.ground === null ? undefined : { background: now.ground }}>
          <Page session={session} now={now} />
          {now.question && <Questions session={session} question={now.question} />}
        </div>
        <Foot session={session} now={now} />
      </div>
    </section>
  );
}

interface Part {
  readonly session: WebAppSession;
  readonly now: WebAppState;
}

/** Says always whose page it is, and that it is an app's: no app can draw here. */
function Head({ session, now }: Part): JSX.Element {
  const [privacy, setPrivacy] = useState(false);
  const { app } = session.address;
  const title = now.launch?.app.title ?? app;
  return (
    <>
      <header className="mini-head">
        {now.back && (
          <IconButton
            icon="back"
            label={t('miniapp.back')}
            data-testid="webapp-back"
            onClick={() => session.press('back_button_pressed')}
          />
        )}
        <Avatar id={now.launch?.app.id ?? 0} name={title} kind="miniapp" size="small" />
        <AppName title={title} app={app} />
        {now.settings && (
          <button
            type="button"
            className="soft small-button"
            data-testid="webapp-settings"
            onClick={() => session.press('settings_button_pressed')}
          >
            {t('webapp.settings')}
          </button>
        )}
        <IconButton icon="retry" label={t('miniapp.reload')} data-testid="webapp-reload" onClick={() => void session.load()} />
        <IconButton icon="shield" label={t('miniapp.permissions')} data-testid="webapp-permissions" onClick={() => setPrivacy(true)} />
        <IconButton icon="close" label={t('miniapp.close')} data-testid="webapp-close" onClick={() => session.close()} />
      </header>
      {privacy && <PrivacyDialog app={now.launch?.app ?? null} onClose={() => setPrivacy(false)} />}
    </>
  );
}

function Page({ session, now }: Part): JSX.Element {
  if (now.error !== null) {
    return (
      <div className="mini-failed" role="alert" data-testid="webapp-error">
        <Icon name="warning" />
        <div>
          {!now.stopped && <h3>{t('miniapp.failed')}</h3>}
          <p dir="auto">{now.error}</p>
        </div>
        <button type="button" className="soft" data-testid="webapp-retry" onClick={() => void session.load()}>
          {t('miniapp.retry')}
        </button>
      </div>
    );
  }
  return (
    <>
      {!now.ready && !now.loaded && (
        <div className="web-wait" role="status">
          <Spinner />
          <span className="sr-only">{t('app.loading')}</span>
        </div>
      )}
      {now.src !== null && (
        // The session may take the frame out of it at any time.
        <div key={now.loads} className="web-frame">
          <iframe
            ref={session.attach}
            onLoad={session.arrived}
            src={now.src}
            sandbox={SANDBOX}
            allow=""
            // What it asks comes first.
            {...(now.question ? { inert: '' } : {})}
            referrerPolicy="no-referrer"
            title={now.launch?.app.title ?? session.address.app}
            data-testid="webapp-frame"
          />
          <div ref={session.guard.cover} className="web-shield" data-testid="webapp-shield" />
        </div>
      )}
    </>
  );
}

function Foot({ session, now }: Part): JSX.Element | null {
  if (!now.main?.visible && !now.secondary?.visible) return null;
  return (
    <div className="mini-foot web-foot">
      {now.secondary?.visible && (
        <Bottom button={now.secondary} testId="webapp-secondary" onPress={() => session.press('secondary_button_pressed')} />
      )}
      {now.main?.visible && (
        <Bottom button={now.main} testId="webapp-main" onPress={() => session.press('main_button_pressed')} />
      )}
    </div>
  );
}

interface BottomProps {
  readonly button: BottomButton;
  readonly testId: string;
  readonly onPress: () => void;
}

function Bottom({ button, testId, onPress }: BottomProps): JSX.Element {
  return (
    <button
      type="button"
      className="web-button"
      style={{ ...(button.color ? { background: button.color } : {}), ...(button.textColor ? { color: button.textColor } : {}) }}
      disabled={!button.active}
      aria-busy={button.progress}
      data-testid={testId}
      onClick={onPress}
    >
      {button.progress && <Spinner small />}
      <span dir="auto">{button.text}</span>
    </button>
  );
}
