import { useCallback, useState } from 'react';
import { IconButton } from '../components/common/IconButton';
import { PageFrame } from '../components/common/PageFrame';
import { Verified } from '../components/common/Verified';
import { Waiting } from '../components/common/Waiting';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';
import { PublisherApi, type Publisher } from './api';
import { AppPanel } from './AppPanel';
import { FoundDialog } from './FoundDialog';
import { FoundForm } from './FoundForm';
import { HowTo } from './HowTo';
import { Keys } from './Keys';
import { Members } from './Members';
import { Upload } from './Upload';

/** Where people who make apps send them in and follow what becomes of them. */
export function PublisherPage(): JSX.Element {
  const client = useClient();
  const { value, error, reload } = useLoad(useCallback(() => new PublisherApi(client.rest).publishers(), [client]));
  const [chosen, setChosen] = useState<string | null>(null);
  const [founding, setFounding] = useState(false);
  const publisher = value?.find(({ name }) => name === chosen) ?? value?.[0];
  const founded = (name: string): void => {
    setFounding(false);
    setChosen(name);
    void reload();
  };
  return (
    <PageFrame
      title={t('publish.title')}
      about={t('publish.about')}
      testId="publish"
      ready={value !== null}
      actions={
        publisher && (
          <IconButton
            icon="plus"
            label={t('publish.foundMore')}
            data-testid="publisher-found-more"
            onClick={() => setFounding(true)}
          />
        )
      }
    >
      {value === null ? (
        <Waiting error={error} onRetry={() => void reload()} />
      ) : publisher ? (
        <>
          {error !== null && <Waiting error={error} onRetry={() => void reload()} />}
          {value.length > 1 && <Choice publishers={value} chosen={publisher} onChoose={setChosen} />}
          <PublisherView key={publisher.name} publisher={publisher} onChange={reload} />
        </>
      ) : (
        <>
          <section className="card">
            <h3>{t('publish.found')}</h3>
            <p className="quiet">{t('publish.foundAbout')}</p>
            <FoundForm onFounded={founded} />
          </section>
          <HowTo publisher={null} />
        </>
      )}
      {founding && <FoundDialog onFounded={founded} onClose={() => setFounding(false)} />}
    </PageFrame>
  );
}

interface ChoiceProps {
  readonly publishers: readonly Publisher[];
  readonly chosen: Publisher;
  readonly onChoose: (name: string) => void;
}

function Choice({ publishers, chosen, onChoose }: ChoiceProps): JSX.Element {
  return (
    <div className="chips" role="group" aria-label={t('publish.choose')}>
      {publishers.map(({ name, title }) => (
        <button
          key={name}
          type="button"
          className="chip"
          data-testid="publisher-choose"
          aria-pressed={name === chosen.name}
          onClick={() => onChoose(name)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

interface ViewProps {
  readonly publisher: Publisher;
  readonly onChange: () => Promise<void>;
}

function PublisherView({ publisher, onChange }: ViewProps): JSX.Element {
  return (
    <>
      <section className="card publisher-head" data-testid="publisher" data-publisher={publisher.name}>
        <p className="app-head-title">
          <span className="publisher-name">
            <span>{publisher.title}</span>
            {publisher.verified && <Verified />}
          </span>
        </p>
        <p className="app-card-foot">
          <span className="quiet">@{publisher.name}</span>
          <span className="tag">{t(`publisher.role.${publisher.role}`)}</span>
          {!publisher.verified && <span className="quiet">{t('publisher.unverified')}</span>}
        </p>
      </section>
      <Upload onSent={onChange} />
      {publisher.apps.map((app) => (
        <AppPanel key={app.name} app={app} onChange={onChange} />
      ))}
      {publisher.apps.length === 0 && <p className="card quiet">{t('publish.noApps')}</p>}
      <Keys publisher={publisher} onChange={onChange} />
      <Members publisher={publisher} onChange={onChange} />
      <HowTo publisher={publisher.name} />
    </>
  );
}
