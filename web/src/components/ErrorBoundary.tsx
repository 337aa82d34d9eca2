import { Component, type ReactNode } from 'react';
import { t } from '../i18n';

/** A fault in drawing shows a way out instead of an empty page. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="splash" role="alert">
        <p>{t('app.broken')}</p>
        <button type="button" className="primary" onClick={() => location.reload()}>
          {t('app.reload')}
        </button>
      </main>
    );
  }
}
