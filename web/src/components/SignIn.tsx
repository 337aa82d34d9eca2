import { useState, type FormEvent } from 'react';
import { describe } from '../client/messages';
import { useClient, useSelect } from '../hooks/useClient';
import { t } from '../i18n';
import { ApiError } from '../transport/errors';
import { Logo } from './common/Logo';

export function SignIn(): JSX.Element {
  const client = useClient();
  const ended = useSelect((state) => state.sessionEnded);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  /** Null signs in with the password that there is. */
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await client.signIn(name.trim(), password, code?.trim() ?? null);
    } catch (reason) {
      const wrong = reason instanceof ApiError && reason.status === 401;
      setError(wrong ? t(code === null ? 'signin.wrong' : 'signin.wrongCode') : describe(reason));
      setBusy(false);
    }
  };

  return (
    <main className="signin">
      <form className="signin-card" onSubmit={(event) => void submit(event)}>
        <Logo />
        <h1>{t('signin.title')}</h1>
        {ended && !error && <p className="signin-note">{t('signin.ended')}</p>}
        <label className="field">
          <span>{t('signin.name')}</span>
          <input
            data-testid="signin-name"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            required
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        {code !== null && (
          <label className="field">
            <span>{t('signin.code')}</span>
            <input
              data-testid="signin-code"
              autoComplete="off"
              spellCheck={false}
              required
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          </label>
        )}
        <label className="field">
          <span>{t(code === null ? 'signin.password' : 'signin.newPassword')}</span>
          <input
            data-testid="signin-password"
            name="password"
            type="password"
            autoComplete={code === null ? 'current-password' : 'new-password'}
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <p className="form-error" role="alert">
          {error}
        </p>
        <button data-testid="signin-submit" className="primary" type="submit" disabled={busy}>
          {t(busy ? 'signin.busy' : code === null ? 'signin.submit' : 'signin.setPassword')}
        </button>
        <button
          data-testid="signin-have-code"
          className="link"
          type="button"
          onClick={() => {
            setCode(code === null ? '' : null);
            setPassword('');
            setError(null);
          }}
        >
          {t(code === null ? 'signin.haveCode' : 'signin.havePassword')}
        </button>
      </form>
    </main>
  );
}
