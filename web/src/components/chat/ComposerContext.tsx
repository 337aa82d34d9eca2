import { t } from '../../i18n';
import type { Message } from '../../model';
import { Icon } from '../common/Icon';
import { IconButton } from '../common/IconButton';
import { summary } from '../message/summary';

interface Props {
  readonly message: Message | undefined;
  readonly editing: boolean;
  readonly onCancel: () => void;
}

/** Which message is answered or edited, above the text field. */
export function ComposerContext({ message, editing, onCancel }: Props): JSX.Element {
  const title = editing ? t('composer.editing') : t('composer.replyTo', { name: message?.from.display ?? '' });
  return (
    <div className="composer-context" data-testid="composer-context">
      <Icon name={editing ? 'edit' : 'reply'} />
      <div>
        <strong>{title}</strong>
        <span>{message ? summary(message) : ''}</span>
      </div>
      <IconButton icon="close" label={t('composer.cancel')} onClick={onCancel} />
    </div>
  );
}
