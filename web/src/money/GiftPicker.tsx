import { useCallback } from 'react';
import { useClient } from '../hooks/useClient';
import { useLoad } from '../hooks/useLoad';
import { t } from '../i18n';

/** For whom it is: the person themself, or somebody they share a chat with. */
export function GiftPicker(props: {
  readonly value: string | null;
  readonly onChange: (name: string | null) => void;
}): JSX.Element {
  const { rest } = useClient();
  const people = useLoad(useCallback(() => rest.contacts(), [rest]));
  return (
    <label className="field">
      <span>{t('money.gift')}</span>
      <select
        data-testid="gift"
        value={props.value ?? ''}
        onChange={(event) => props.onChange(event.target.value === '' ? null : event.target.value)}
      >
        <option value="">{t('money.gift.me')}</option>
        {(people.value ?? []).map((person) => (
          <option key={person.id} value={person.name}>
            {`${person.display} (@${person.name})`}
          </option>
        ))}
      </select>
    </label>
  );
}
