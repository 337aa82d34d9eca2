import { t } from '../i18n';

/** Whose panel it is, and that it is an app's: no app can draw here. */
export function AppName({ title, app }: { readonly title: string; readonly app: string }): JSX.Element {
  return (
    <div className="mini-head-text">
      <p className="mini-head-app">
        <strong>{title}</strong>
        <span className="tag">{t('miniapp.tag')}</span>
      </p>
      <h2 className="quiet" tabIndex={-1}>
        <bdi>@{app}</bdi>
      </h2>
    </div>
  );
}
