import { useState } from 'react';
import { Avatar } from '../components/common/Avatar';
import { ConfirmDialog } from '../components/dialogs/ConfirmDialog';
import { useSelect } from '../hooks/useClient';
import { t } from '../i18n';
import { formatDate } from '../i18n/format';
import type { ConsoleCalls } from './calls';
import { CodeDialog } from './CodeDialog';
import type { ConsoleUser } from './model';
import { When } from './parts';
import { useDoing } from './useDoing';
import { WordsDialog } from './WordsDialog';

interface Props {
  readonly user: ConsoleUser;
  readonly calls: ConsoleCalls;
  readonly reload: () => Promise<void>;
}

export function UserEntry({ user, calls, reload }: Props): JSX.Element {
  const me = useSelect((state) => state.me?.id);
  const { busy, run } = useDoing(reload);
  const [asking, setAsking] = useState<'suspend' | 'reset' | null>(null);
  const [code, setCode] = useState<{ readonly code: string; readonly expires: number } | null>(null);
  return (
    <li className="row" data-testid="console-user" data-user={user.name}>
      <Avatar id={user.id} name={user.display} size="small" />
      <div className="row-main">
        <span className="row-title">
          <strong>{user.display}</strong>
          <span className="quiet">@{user.name}</span>
          {user.operator && <span className="tag good">{t('console.users.operator')}</span>}
          {user.suspended && <span className="tag bad">{t('console.users.suspended')}</span>}
        </span>
        <span className="quiet">
          {t('console.users.sessions', { count: user.sessions })} · {t('console.users.since', { day: formatDate(user.created) })}
        </span>
        {user.suspended && (
          <span className="quiet">
            {t('console.users.because', { reason: user.suspended.reason })} · <When date={user.suspended.date} />
          </span>
        )}
      </div>
      <div className="row-buttons">
        {user.suspended ? (
          <button
            type="button"
            className="soft small-button"
            data-testid="user-reinstate"
            disabled={busy}
            onClick={() => run(() => calls.reinstate(user.name))}
          >
            {t('console.users.reinstate')}
          </button>
        ) : (
          // Who suspends themselves has nobody to ask.
          user.id !== me && (
            <button
              type="button"
              className="soft small-button danger-text"
              data-testid="user-suspend"
              disabled={busy}
              onClick={() => setAsking('suspend')}
            >
              {t('console.users.suspend')}
            </button>
          )
        )}
        {/* Operators are the console's to look after: the server refuses it here. */}
        {!user.operator && (
          <button
            type="button"
            className="soft small-button"
            data-testid="user-reset"
            disabled={busy}
            onClick={() => setAsking('reset')}
          >
            {t('console.users.reset')}
          </button>
        )}
      </div>
      {asking === 'suspend' && (
        <WordsDialog
          title={t('console.users.suspend.title', { name: user.display })}
          text={t('console.users.suspend.text')}
          label={t('console.reason')}
          choices={[
            {
              label: t('console.users.suspend'),
              className: 'danger',
              testId: 'suspend-confirm',
              act: async (reason) => {
                await calls.suspend(user.name, reason);
                await reload();
              },
            },
          ]}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'reset' && (
        <ConfirmDialog
          title={t('console.users.reset.title', { name: user.display })}
          text={t('console.users.reset.text')}
          confirm={t('console.users.reset')}
          testId="reset-confirm"
          onConfirm={() => run(async () => setCode(await calls.resetSignIn(user.name)))}
          onClose={() => setAsking(null)}
        />
      )}
      {code && <CodeDialog user={user} code={code.code} expires={code.expires} onClose={() => setCode(null)} />}
    </li>
  );
}
