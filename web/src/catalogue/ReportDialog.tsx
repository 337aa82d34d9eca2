import { useState, type FormEvent } from 'react';
import { Dialog } from '../components/dialogs/Dialog';
import { useAction } from '../hooks/useAction';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import { CatalogueApi, MAX_REPORT_TEXT, type AppDetails } from './api';

interface Props {
  readonly app: AppDetails;
  readonly onClose: () => void;
}

/** Tells the operator that something is wrong with an app. */
export function ReportDialog({ app, onClose }: Props): JSX.Element {
  const client = useClient();
  const [reason, setReason] = useState('');
  const action = useAction();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (reason.trim() === '') return;
    if (await action.run(() => new CatalogueApi(client.rest).report(app.name, reason.trim()))) {
      client.toast('info', t('report.done'));
      onClose();
    }
  };
  return (
    <Dialog label={t('report.title', { app: app.title })} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2>{t('report.title', { app: app.title })}</h2>
        <p className="dialog-text">{t('report.text')}</p>
        <label className="field">
          <span>{t('report.reason')}</span>
          <textarea
            data-testid="report-reason"
            data-autofocus
            rows={5}
            maxLength={MAX_REPORT_TEXT}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <p className="form-error" role="alert">
          {action.error}
        </p>
        <div className="dialog-buttons">
          <button type="button" className="plain" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button
            type="submit"
            className="primary"
            data-testid="report-submit"
            disabled={action.busy || reason.trim() === ''}
          >
            {t('report.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
