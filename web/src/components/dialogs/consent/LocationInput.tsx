import { useState } from 'react';
import { t } from '../../../i18n';
import { Spinner } from '../../common/Spinner';
import { placeFrom, placeTyped, type Place } from './picking';

const GIVE_UP_MS = 20_000;

/** Where the person is, by the device, or a place that they give themselves. */
export function LocationInput({ onPick }: { readonly onPick: (place: Place | null) => void }): JSX.Element {
  const [latitude, setLatitude] = useState('');
  const [longitude, setLongitude] = useState('');
  const [finding, setFinding] = useState(false);
  const [denied, setDenied] = useState(false);
  const available = typeof navigator !== 'undefined' && 'geolocation' in navigator;
  const typed = (nextLatitude: string, nextLongitude: string): void => {
    setDenied(false);
    setLatitude(nextLatitude);
    setLongitude(nextLongitude);
    onPick(placeTyped(nextLatitude, nextLongitude));
  };
  const here = (): void => {
    // Not by `disabled`: the button would lose the focus.
    if (finding) return;
    setFinding(true);
    setDenied(false);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const place = placeFrom(coords.latitude, coords.longitude, coords.accuracy);
        setFinding(false);
        setLatitude(String(place.latitude));
        setLongitude(String(place.longitude));
        onPick(place);
      },
      () => {
        setFinding(false);
        setDenied(true);
      },
      { enableHighAccuracy: true, timeout: GIVE_UP_MS },
    );
  };
  const wrong = latitude.trim() !== '' && longitude.trim() !== '' && placeTyped(latitude, longitude) === null;
  return (
    <div className="pick">
      {available && (
        <button
          type="button"
          className="soft pick-here"
          data-testid="consent-location-here"
          aria-disabled={finding}
          onClick={here}
        >
          {finding && <Spinner small />}
          {t(finding ? 'consent.location.finding' : 'consent.location.here')}
        </button>
      )}
      {available && <p className="quiet pick-or">{t('consent.location.or')}</p>}
      <div className="pick-place">
        <label className="field">
          <span>{t('consent.location.latitude')}</span>
          <input
            inputMode="decimal"
            autoComplete="off"
            data-testid="consent-latitude"
            value={latitude}
            onChange={(event) => typed(event.target.value, longitude)}
          />
        </label>
        <label className="field">
          <span>{t('consent.location.longitude')}</span>
          <input
            inputMode="decimal"
            autoComplete="off"
            data-testid="consent-longitude"
            value={longitude}
            onChange={(event) => typed(latitude, event.target.value)}
          />
        </label>
      </div>
      <p className="form-error" role="alert">
        {denied ? t('consent.location.denied') : wrong ? t('consent.location.range') : null}
      </p>
    </div>
  );
}
