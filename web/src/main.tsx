import { createRoot } from 'react-dom/client';
import { Client } from './client/client';
import { browserStorage } from './client/storage';
import { App } from './components/App';
import { ErrorBoundary } from './components/ErrorBoundary';
import { ClientContext } from './hooks/useClient';
import { direction, locale } from './i18n';
import { createStore } from './state/store';
import './styles/index.css';
import { startTheme } from './theme';

const storage = browserStorage();
startTheme(storage);
document.documentElement.lang = locale;
document.documentElement.dir = direction;
const client = new Client(createStore(), storage);
client.start();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <ClientContext.Provider value={client}>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </ClientContext.Provider>,
  );
}
