import { useState, useSyncExternalStore } from 'react';
import { useClient, useSelect } from '../../hooks/useClient';
import { useGuard } from '../../hooks/useGuard';
import { t } from '../../i18n';
import { formatSize } from '../../i18n/format';
import type { AppName, Consent, ConsentInput, GrantTerm, Picked } from '../../model';
import { Avatar } from '../common/Avatar';
import { Verified } from '../common/Verified';
import { FilesInput } from './consent/FilesInput';
import { LocationInput } from './consent/LocationInput';
import { PeopleInput } from './consent/PeopleInput';
import type { Place } from './consent/picking';
import { Dialog } from './Dialog';

/** A press that was meant for what the sheet came up over, or for what was there before a choice, must not answer it. */
const GUARD_MS = 700;

/** The oldest open question of an app, over everything else. What it shows comes from the server, not from the app. */
export function ConsentSheets(): JSX.Element | null {
  const { permission } = useClient();
  const consents = useSelect((state) => state.consents);
  const aside = useSyncExternalStore(permission.subscribe, permission.aside);
  const open = consents.find((consent) => !aside.has(consent.id));
  if (open) return <ConsentSheet key={open.id} consent={open} onLater={() => permission.putAside(open.id)} />;
  if (consents.length === 0) return null;
  return (
    <button type="button" className="consents-aside" data-testid="consents-aside" onClick={() => permission.putAside(null)}>
      {t('consent.open', { count: consents.length })}
    </button>
  );
}

/** What the person has picked: as it is sent, and the same for the eye. */
interface Choice {
  readonly picked: Picked;
  readonly lines: readonly string[];
}

function ConsentSheet({ consent, onLater }: { readonly consent: Consent; readonly onLater: () => void }): JSX.Element {
  const client = useClient();
  const [term, setTerm] = useState<GrantTerm>(consent.terms[0] ?? 'once');
  const [choice, setChoice] = useState<Choice | null>(null);
  const [busy, setBusy] = useState(false);
  const ready = useGuard(choice, GUARD_MS);
  const input = consent.input ?? null;
  const answer = (given: GrantTerm | null): void => {
    setBusy(true);
    void client.permission.answer(consent, given, choice?.picked ?? null).finally(() => setBusy(false));
  };
  const title = consent.app?.title ?? t('consent.unknownApp');
  const nothing = consent.answer === null && input === null;
  const disabled = !ready || busy;
  return (
    <Dialog label={t('consent.title', { app: title })} onClose={onLater} className="consent">
      <header className="consent-head">
        <Avatar id={consent.app?.id ?? 0} name={title} />
        <div>
          {/* Where something is to be picked, no press meant for elsewhere may open what picks it. */}
          <h2 tabIndex={-1} data-autofocus={input ? true : undefined}>
            {t('consent.title', { app: title })}
          </h2>
          {consent.app && (
            <p className="quiet with-badge">
              {publishedBy(consent.app)}
              {consent.app.verified === true && <Verified />}
            </p>
          )}
        </div>
      </header>
      <p>{consent.does}</p>
      <figure className="consent-reason">
        <figcaption>{t('consent.reason', { app: title })}</figcaption>
        <blockquote>{consent.reason}</blockquote>
      </figure>
      {input && <Input input={input} onChoose={setChoice} />}
      <div className="consent-answer" data-testid="consent-answer" aria-live={input ? 'polite' : undefined}>
        <h3>{t(nothing ? 'consent.nothing.title' : 'consent.gets', { app: title })}</h3>
        {!input && <strong>{consent.answer ?? t('consent.nothing', { app: title })}</strong>}
        {input && !choice && <span className="quiet">{t('consent.pick.none')}</span>}
        {choice?.lines.map((line, index) => (
          <strong key={index}>{line}</strong>
        ))}
        <p className="quiet">{consent.discloses}</p>
      </div>
      {consent.terms.length === 1 && consent.terms[0] === 'once' && <p className="quiet">{t('consent.once')}</p>}
      {(consent.terms.length > 1 || (consent.terms.length === 1 && consent.terms[0] !== 'once')) && (
        <fieldset className="consent-terms">
          <legend>{t('consent.for')}</legend>
          {consent.terms.map((value) => (
            <label key={value}>
              <input type="radio" name="term" checked={term === value} onChange={() => setTerm(value)} />
              <span>{t(`consent.for.${value}`)}</span>
            </label>
          ))}
        </fieldset>
      )}
      <div className="dialog-buttons">
        <button type="button" className="plain" onClick={onLater}>
          {t('consent.later')}
        </button>
        <button type="button" className="plain" data-testid="consent-refuse" disabled={disabled} onClick={() => answer(null)}>
          {t(nothing ? 'consent.close' : 'consent.refuse')}
        </button>
        {consent.terms.length > 0 && (
          <button
            type="button"
            className="primary"
            data-testid="consent-grant"
            disabled={disabled || (input !== null && choice === null)}
            onClick={() => answer(term)}
          >
            {t('consent.grant')}
          </button>
        )}
      </div>
    </Dialog>
  );
}

interface InputProps {
  readonly input: ConsentInput;
  readonly onChoose: (choice: Choice | null) => void;
}

function Input({ input, onChoose }: InputProps): JSX.Element {
  switch (input.kind) {
    case 'location':
      return (
        <LocationInput
          onPick={(place) => onChoose(place && { picked: place, lines: [placeText(place)] })}
        />
      );
    case 'files':
      return (
        <FilesInput
          most={input.most}
          onPick={(files) =>
            onChoose(
              files && {
                picked: { files: files.map((file) => file.id) },
                lines: files.map((file) => `${file.name} (${formatSize(file.size)})`),
              },
            )
          }
        />
      );
    case 'people':
      return (
        <PeopleInput
          most={input.most}
          onPick={(people) =>
            onChoose(
              people && {
                picked: { people: people.map((user) => user.name) },
                lines: people.map((user) => `${user.display} (@${user.name})`),
              },
            )
          }
        />
      );
  }
}

function publishedBy({ name, publisher, publisher_title: title }: AppName): string {
  if (title == null || title === publisher) return t('consent.by', { app: name, publisher });
  return t('consent.byTitled', { app: name, publisher, title });
}

/** Numbers as they are sent: grouped or shortened for a language they would be others. */
function placeText({ latitude, longitude, accuracy }: Place): string {
  const where = t('consent.location.what', { latitude: String(latitude), longitude: String(longitude) });
  return accuracy === undefined ? where : `${where}, ${t('consent.location.accuracy', { metres: String(accuracy) })}`;
}
