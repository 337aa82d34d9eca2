import { useCallback, useState } from 'react';
import { useClient } from '../../../hooks/useClient';
import { useLoad } from '../../../hooks/useLoad';
import { t } from '../../../i18n';
import type { User } from '../../../model';
import { UserAvatar } from '../../common/UserAvatar';
import { Icon } from '../../common/Icon';
import { Waiting } from '../../common/Waiting';

interface Props {
  readonly most: number;
  readonly onPick: (people: readonly User[] | null) => void;
}

/** People whom the person knows here, picked one by one: the app sees nobody who is not picked. */
export function PeopleInput({ most, onPick }: Props): JSX.Element {
  const { rest } = useClient();
  const { value: people, error, reload } = useLoad(useCallback(() => rest.contacts(), [rest]));
  const [query, setQuery] = useState('');
  const [picked, setPicked] = useState<readonly User[]>([]);
  if (!people) return <Waiting error={error} onRetry={() => void reload()} />;
  if (people.length === 0) return <p className="quiet">{t('consent.people.none')}</p>;
  const wanted = query.trim().replace(/^@/, '').toLocaleLowerCase();
  const shown = people.filter((user) => `${user.display} ${user.name}`.toLocaleLowerCase().includes(wanted));
  const toggle = (user: User): void => {
    const without = picked.filter((other) => other.id !== user.id);
    // Where one can be picked, another takes its place.
    const next = without.length < picked.length ? without : most === 1 ? [user] : [...picked, user];
    setPicked(next);
    onPick(next.length > 0 ? next : null);
  };
  return (
    <fieldset className="pick" data-testid="consent-people">
      <legend>{t('consent.people.most', { count: most })}</legend>
      <label className="search">
        <Icon name="search" />
        <input
          type="search"
          aria-label={t('consent.people.filter')}
          placeholder={t('consent.people.filter')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </label>
      <ul className="pick-people">
        {shown.map((user) => {
          const checked = picked.some((other) => other.id === user.id);
          return (
            <li key={user.id}>
              <label className="pick-person">
                <input
                  type={most === 1 ? 'radio' : 'checkbox'}
                  checked={checked}
                  disabled={!checked && most > 1 && picked.length >= most}
                  data-testid={`consent-person-${user.name}`}
                  onChange={() => toggle(user)}
                />
                <UserAvatar user={user} />
                <span className="pick-name">
                  <strong>{user.display}</strong>
                  <span className="quiet">@{user.name}</span>
                </span>
              </label>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
