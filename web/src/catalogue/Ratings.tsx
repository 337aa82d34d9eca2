import { useState, type FormEvent } from 'react';
import { useAction } from '../hooks/useAction';
import { useClient, useSelect } from '../hooks/useClient';
import { useNow } from '../hooks/useNow';
import { t } from '../i18n';
import { formatDay } from '../i18n/format';
import { Icon } from '../components/common/Icon';
import { CatalogueApi, MAX_RATING_TEXT, type AppDetails } from './api';
import { formatStars, Stars } from './Stars';

interface Props {
  readonly app: AppDetails;
  readonly onChange: () => Promise<void>;
}

/** What people say about the app, and what this person says. */
export function Ratings({ app, onChange }: Props): JSX.Element {
  const now = useNow();
  const me = useSelect((state) => state.me?.name);
  const { average, count } = app.rating;
  // The person's own stands above, where it can be changed.
  const others = app.my_rating ? app.ratings.filter(({ by }) => by !== me) : app.ratings;
  return (
    <section className="card" data-testid="app-ratings">
      <h3>{t('rating.title')}</h3>
      {average !== null && (
        <p className="rating-sum">
          <strong aria-hidden="true">{formatStars(average)}</strong>
          <Stars value={average} />
          <span className="quiet">{t('rating.count', { count })}</span>
        </p>
      )}
      <OwnRating app={app} onChange={onChange} />
      {others.length > 0 && (
        <ul className="ratings">
          {others.map((rating) => (
            <li key={`${rating.by} ${rating.date}`} data-testid="rating">
              <p className="card-head">
                <span className="rating-by">
                  <strong>{rating.by}</strong>
                  <Stars value={rating.stars} />
                </span>
                <time className="quiet" dateTime={new Date(rating.date).toISOString()}>
                  {formatDay(rating.date, now)}
                </time>
              </p>
              {rating.text !== '' && <p className="app-text">{rating.text}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function OwnRating({ app, onChange }: Props): JSX.Element {
  const [writing, setWriting] = useState(false);
  const mine = app.my_rating;
  // Two forms, each with its own words: what was removed is not offered to be written again.
  if (writing) return <RatingForm key="change" app={app} onChange={onChange} onDone={() => setWriting(false)} />;
  if (mine) {
    return (
      <div className="own-rating" data-testid="my-rating">
        <p className="card-head">
          <span className="rating-by">
            <strong>{t('rating.mine')}</strong>
            <Stars value={mine.stars} />
          </span>
          <button type="button" className="link" data-testid="rate-change" onClick={() => setWriting(true)}>
            {t('rating.change')}
          </button>
        </p>
        {mine.text !== '' && <p className="app-text">{mine.text}</p>}
      </div>
    );
  }
  if (!app.may_rate) return <p className="quiet">{t('rating.useFirst')}</p>;
  return <RatingForm key="new" app={app} onChange={onChange} onDone={() => undefined} />;
}

function RatingForm({ app, onChange, onDone }: Props & { readonly onDone: () => void }): JSX.Element {
  const client = useClient();
  const [stars, setStars] = useState(app.my_rating?.stars ?? 0);
  const [text, setText] = useState(app.my_rating?.text ?? '');
  const action = useAction();
  const api = new CatalogueApi(client.rest);
  const after = async (what: Promise<void>): Promise<void> => {
    await what;
    await onChange();
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (stars > 0 && (await action.run(() => after(api.rate(app.name, stars, text.trim()))))) onDone();
  };
  const remove = async (): Promise<void> => {
    if (await action.run(() => after(api.removeRating(app.name)))) onDone();
  };
  return (
    <form className="own-rating" onSubmit={(event) => void submit(event)}>
      <fieldset className="star-choice">
        <legend>{t(app.my_rating ? 'rating.mine' : 'rating.ask')}</legend>
        {[1, 2, 3, 4, 5].map((value) => (
          <label key={value} className={value <= stars ? 'chosen' : ''} title={t('rating.give', { count: value })}>
            <input
              type="radio"
              name="stars"
              data-testid={`rate-star-${value}`}
              aria-label={t('rating.give', { count: value })}
              checked={stars === value}
              onChange={() => setStars(value)}
            />
            <Icon name="star" />
          </label>
        ))}
      </fieldset>
      {(stars > 0 || app.my_rating) && (
        <>
          <label className="field">
            <span>{t('rating.text')}</span>
            <textarea
              data-testid="rate-text"
              rows={3}
              maxLength={MAX_RATING_TEXT}
              placeholder={t('rating.placeholder')}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
          <p className="form-error" role="alert">
            {action.error}
          </p>
          <div className="form-buttons">
            {app.my_rating && (
              <>
                <button type="button" className="plain danger-text" data-testid="rate-remove" onClick={() => void remove()}>
                  {t('rating.remove')}
                </button>
                <button type="button" className="plain" onClick={onDone}>
                  {t('common.cancel')}
                </button>
              </>
            )}
            <button type="submit" className="primary" data-testid="rate-submit" disabled={action.busy || stars === 0}>
              {t('rating.submit')}
            </button>
          </div>
        </>
      )}
    </form>
  );
}
