import { useCallback, useEffect } from 'react';
import { Waiting } from '../components/common/Waiting';
import { useLoad } from '../hooks/useLoad';
import { locale, t } from '../i18n';
import { formatDuration, formatSize } from '../i18n/format';
import { useCalls } from './calls';
import type { Health } from './model';

const EVERY_MS = 10_000;

/** How the server is, anew every few seconds. */
export function HealthSection(): JSX.Element {
  const calls = useCalls();
  const { value: health, error, reload } = useLoad(useCallback(() => calls.health(), [calls]));
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && void reload(), EVERY_MS);
    return () => clearInterval(timer);
  }, [reload]);
  if (!health) return <Waiting error={error} onRetry={() => void reload()} />;
  return (
    <div className="parts" data-testid="console-health">
      <p className={error === null ? 'notice' : 'notice bad'} role="status">
        {error === null ? listening(health) : t('console.health.lost')}
      </p>
      <dl className="tiles">
        {tiles(health).map(([name, value, alert]) => (
          <div key={name} className={alert ? 'tile alert' : 'tile'}>
            <dt>{t(`console.health.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function listening({ listening, uptime }: Health): string {
  const time = formatDuration(uptime);
  if (typeof listening === 'string') return t('console.health.at', { address: listening, time });
  return t(listening ? 'console.health.up' : 'console.health.down', { time });
}

type Counted = Exclude<keyof Health, 'listening' | 'uptime'>;

function tiles(health: Health): readonly (readonly [Counted, string, boolean])[] {
  const number = new Intl.NumberFormat(locale);
  const count = (name: Counted, alert = false): readonly [Counted, string, boolean] => [
    name,
    number.format(health[name]),
    alert && health[name] > 0,
  ];
  return [
    count('users'),
    count('apps'),
    count('open_releases'),
    count('open_reports'),
    count('dead_letters', true),
    count('turns'),
    count('queued'),
    count('in_flight'),
    count('waiting_conversations'),
    ['database_bytes', formatSize(health.database_bytes), false],
  ];
}
