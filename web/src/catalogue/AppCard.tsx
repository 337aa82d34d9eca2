import type { MouseEvent } from 'react';
import { addressOf, type Page } from '../client/pages';
import { Avatar } from '../components/common/Avatar';
import { Icon } from '../components/common/Icon';
import { Verified } from '../components/common/Verified';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import type { Card } from './api';
import { categoryName } from './categories';
import { formatStars } from './Stars';

export function AppCard({ app }: { readonly app: Card }): JSX.Element {
  const client = useClient();
  const page: Page = { kind: 'app', name: app.name };
  const open = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    client.navigation.open(page);
  };
  return (
    <li>
      <a href={addressOf(page)} className="app-card" data-testid="catalogue-card" data-app={app.name} onClick={open}>
        <Avatar id={app.bot} name={app.title} kind={app.kind} />
        <span className="app-card-main">
          <span className="app-card-title">{app.title}</span>
          <Publisher publisher={app.publisher} />
          <span className="app-card-about">{app.description}</span>
          <span className="app-card-foot">
            <Score rating={app.rating} />
            <span className="quiet">{categoryName(app.category)}</span>
            {app.kind === 'miniapp' && <span className="tag">{t('app.miniapp')}</span>}
          </span>
        </span>
      </a>
    </li>
  );
}

export function Publisher({ publisher }: { readonly publisher: Card['publisher'] }): JSX.Element {
  return (
    <span className="publisher-name">
      <span>{publisher.title}</span>
      {publisher.verified && <Verified />}
    </span>
  );
}

/** The average, in a word. */
export function Score({ rating }: { readonly rating: Card['rating'] }): JSX.Element {
  if (rating.average === null) return <span className="quiet">{t('rating.none')}</span>;
  const label = t('rating.average', { value: formatStars(rating.average), count: rating.count });
  return (
    <span className="score" role="img" aria-label={label}>
      <Icon name="star" />
      <strong>{formatStars(rating.average)}</strong>
      <span className="quiet">({rating.count})</span>
    </span>
  );
}
