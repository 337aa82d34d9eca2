import { t } from '../i18n';
import { useSelect } from '../hooks/useClient';
import { Messenger } from './Messenger';
import { SignIn } from './SignIn';
import { Toasts } from './Toasts';
import { Spinner } from './common/Spinner';
import { PaySheets } from '../money/PaySheet';
import { ConsentSheets } from './dialogs/ConsentSheet';

export function App(): JSX.Element {
  const phase = useSelect((state) => state.phase);
  return (
    <>
      {phase === 'signedOut' && <SignIn />}
      {(phase === 'loading' || phase === 'starting') && <Splash />}
      {phase === 'ready' && <Messenger />}
      {phase === 'ready' && <ConsentSheets />}
      {phase === 'ready' && <PaySheets />}
      <Toasts />
    </>
  );
}

function Splash(): JSX.Element {
  const failed = useSelect((state) => state.loadFailed);
  return (
    <main className="splash" role="status">
      <Spinner />
      <p data-testid={failed ? 'connection' : undefined}>{t(failed ? 'app.loadFailed' : 'app.loading')}</p>
    </main>
  );
}
