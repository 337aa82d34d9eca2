import { Icon } from '../components/common/Icon';
import { t, type Key } from '../i18n';
import type { AppCapability } from './api';

interface Props {
  readonly capabilities: readonly AppCapability[];
  readonly retention: number | null;
}

/** When the person is asked. */
const ASKED: Readonly<Record<string, Key>> = {
  ask_once: 'capability.askOnce',
  ask_each_time: 'capability.askEachTime',
  operator_only: 'capability.operatorOnly',
};

/** What the app may do, in the server's words, and why, in the app's: two voices that must not be taken for one another. */
export function Capabilities({ capabilities, retention }: Props): JSX.Element {
  return (
    <section className="card" data-testid="app-capabilities">
      <h3>{t('capability.title')}</h3>
      {capabilities.length === 0 && <p className="quiet">{t('capability.none')}</p>}
      <ul className="capabilities">
        {capabilities.map((capability) => (
          <li key={capability.name}>
            <Icon name="shield" />
            <div>
              <p>
                <strong>{capability.does}</strong>
              </p>
              <p className="quiet">{capability.discloses}</p>
              {capability.reason !== '' && (
                <p className="capability-reason">
                  <span className="quiet">{t('capability.reason')}</span> <q>{capability.reason}</q>
                </p>
              )}
              <Names label={t('capability.hosts')} names={capability.hosts} />
              <Names label={t('capability.apps')} names={capability.apps} />
              <p className="capability-tags">
                <code>{capability.name}</code>
                {ASKED[capability.class] && <span className="tag">{t(ASKED[capability.class]!)}</span>}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <p className="quiet capability-keep">
        <Icon name="clock" />
        {retention === null ? t('app.keepsForever') : t('app.keeps', { count: retention })}
      </p>
    </section>
  );
}

function Names({ label, names }: { readonly label: string; readonly names: readonly string[] }): JSX.Element | null {
  if (names.length === 0) return null;
  return (
    <p className="capability-tags">
      <span className="quiet">{label}</span>
      {names.map((name) => (
        <code key={name}>{name}</code>
      ))}
    </p>
  );
}
