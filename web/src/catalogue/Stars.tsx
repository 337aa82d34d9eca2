import { Icon } from '../components/common/Icon';
import { locale, t } from '../i18n';

const oneDigit = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const formatStars = (value: number): string => oneDigit.format(value);

/** Five stars, filled up to `value`. */
export function Stars({ value }: { readonly value: number }): JSX.Element {
  const label = t('rating.stars', { value: Number.isInteger(value) ? String(value) : formatStars(value) });
  const row = [1, 2, 3, 4, 5].map((star) => <Icon key={star} name="star" />);
  return (
    <span className="stars" role="img" aria-label={label}>
      <span className="stars-row">{row}</span>
      <span className="stars-row filled" style={{ width: `${filled(value)}%` }}>
        {row}
      </span>
    </span>
  );
}

/** How much of five stars is filled, in percent. */
export function filled(value: number): number {
  return Math.min(100, Math.max(0, value * 20));
}
