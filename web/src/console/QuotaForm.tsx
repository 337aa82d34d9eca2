import { useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { t } from '../i18n';
import type { Quotas } from './model';

interface Props {
  readonly quotas: Quotas;
  readonly defaults: Quotas;
  readonly onSave: (quotas: Quotas) => Promise<void>;
}

/** How much of the server an app may use. An empty field is what all apps may. */
export function QuotaForm({ quotas, defaults, onSave }: Props): JSX.Element {
  const [turns, setTurns] = useState(shown(quotas.turns_per_minute));
  const [store, setStore] = useState(shown(quotas.store_mib));
  const { busy, error, run } = useAction();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(() => onSave({ turns_per_minute: typed(turns), store_mib: typed(store) }));
  };
  return (
    <form className="quotas" onSubmit={submit}>
      <label className="field">
        <span>{t('console.quotas.turns')}</span>
        <input
          type="number"
          inputMode="numeric"
          min={1}
          step={1}
          data-testid="quota-turns"
          placeholder={byDefault(defaults.turns_per_minute)}
          value={turns}
          onChange={(event) => setTurns(event.target.value)}
        />
      </label>
      <label className="field">
        <span>{t('console.quotas.store')}</span>
        <input
          type="number"
          inputMode="numeric"
          min={1}
          step={1}
          data-testid="quota-store"
          placeholder={byDefault(defaults.store_mib)}
          value={store}
          onChange={(event) => setStore(event.target.value)}
        />
      </label>
      <button type="submit" className="primary" data-testid="quota-save" disabled={busy}>
        {t('composer.save')}
      </button>
      <p className="form-error" role="alert">
        {error}
      </p>
    </form>
  );
}

const shown = (value: number | null): string => (value === null ? '' : String(value));
const typed = (text: string): number | null => (text.trim() === '' ? null : Number(text));
const byDefault = (value: number | null): string =>
  value === null ? t('console.quotas.unlimited') : t('console.quotas.default', { value });
