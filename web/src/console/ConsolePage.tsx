import { useEffect, useRef } from 'react';
import { IconButton } from '../components/common/IconButton';
import { PageFrame } from '../components/common/PageFrame';
import { useClient, useSelect } from '../hooks/useClient';
import { t } from '../i18n';
import { AppsSection } from './AppsSection';
import { AuditSection } from './AuditSection';
import { DisputesSection } from './DisputesSection';
import { HealthSection } from './HealthSection';
import { ConsoleLink } from './parts';
import { PublishersSection } from './PublishersSection';
import { QueueSection } from './QueueSection';
import { ReleaseReview } from './ReleaseReview';
import { UsersSection } from './UsersSection';

const TABS = ['queue', 'apps', 'users', 'publishers', 'disputes', 'health', 'audit'] as const;
type Tab = (typeof TABS)[number];

/** What the operator of the server watches over: `path` is what stands behind `#/console` in the address. */
export function ConsolePage({ path }: { readonly path: readonly string[] }): JSX.Element {
  const client = useClient();
  const operator = useSelect((state) => state.me?.operator === true);
  const [first, second] = path;
  const release = first === 'releases' && /^\d{1,16}$/.test(second ?? '') ? Number(second) : null;
  const tab: Tab = TABS.find((each) => each === first) ?? 'queue';
  return (
    // Another section begins at its top.
    <PageFrame
      key={path.join('/')}
      title={t('pages.console')}
      about={t(release === null ? `console.tab.${tab}` : 'console.review')}
      testId="console"
      actions={
        <IconButton
          icon="close"
          label={t('chats.back')}
          data-testid="console-leave"
          onClick={() => client.chats.open(null)}
        />
      }
    >
      {operator ? (
        <>
          <Tabs current={tab} />
          {release === null ? <Section tab={tab} app={second ?? null} /> : <ReleaseReview id={release} />}
        </>
      ) : (
        <p className="page-wait">{t('console.operatorsOnly')}</p>
      )}
    </PageFrame>
  );
}

function Tabs({ current }: { readonly current: Tab }): JSX.Element {
  const nav = useRef<HTMLElement>(null);
  // On a phone they do not all fit beside each other.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return (
    <nav ref={nav} className="tabs" aria-label={t('pages.console')}>
      {TABS.map((tab) => (
        <ConsoleLink
          key={tab}
          path={tab === 'queue' ? [] : [tab]}
          className="tab"
          current={tab === current}
          testId={`console-tab-${tab}`}
        >
          {t(`console.tab.${tab}`)}
        </ConsoleLink>
      ))}
    </nav>
  );
}

function Section({ tab, app }: { readonly tab: Tab; readonly app: string | null }): JSX.Element {
  switch (tab) {
    case 'queue':
      return <QueueSection />;
    case 'apps':
      return <AppsSection only={app} />;
    case 'users':
      return <UsersSection />;
    case 'publishers':
      return <PublishersSection />;
    case 'disputes':
      return <DisputesSection />;
    case 'health':
      return <HealthSection />;
    case 'audit':
      return <AuditSection />;
  }
}
