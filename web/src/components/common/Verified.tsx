import { t } from '../../i18n';
import { Icon } from './Icon';

/** The badge of a publisher whom the operator has checked. */
export function Verified(): JSX.Element {
  return (
    <span className="verified" role="img" aria-label={t('publisher.verified')} title={t('publisher.verified')}>
      <Icon name="verified" />
    </span>
  );
}
