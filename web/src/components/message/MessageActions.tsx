import { useEffect, useRef, useState } from 'react';
import { useClient } from '../../hooks/useClient';
import { t } from '../../i18n';
import type { Message } from '../../model';
import { IconButton } from '../common/IconButton';
import { ConfirmDialog } from '../dialogs/ConfirmDialog';

interface Props {
  readonly message: Message;
  readonly mine: boolean;
  readonly mayDelete: boolean;
  /** Whether Tab reaches the buttons: only those of the message in focus, or hundreds would lie in the way. */
  readonly reachable: boolean;
}

export function MessageActions({ message, mine, mayDelete, reachable }: Props): JSX.Element {
  const client = useClient();
  const [deleting, setDeleting] = useState(false);
  const bar = useRef<HTMLDivElement>(null);
  const tabIndex = reachable ? 0 : -1;
  // By touch the bar opens below the bubble, which may be below the edge.
  useEffect(() => {
    if (reachable && matchMedia('(hover: none)').matches) bar.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  }, [reachable]);
  const copy = (): void => {
    navigator.clipboard.writeText(message.text).then(
      () => client.toast('info', t('message.copied')),
      () => undefined,
    );
  };
  return (
    <div ref={bar} className="actions" role="toolbar" aria-label={t('message.actions')}>
      <IconButton
        icon="reply"
        label={t('message.reply')}
        data-testid="reply"
        tabIndex={tabIndex}
        onClick={() => client.chats.beginReply(message.chat, message.id)}
      />
      {mine && (
        <IconButton
          icon="edit"
          label={t('message.edit')}
          data-testid="edit"
          tabIndex={tabIndex}
          onClick={() => client.chats.beginEdit(message)}
        />
      )}
      {/* The clipboard is there only on https and localhost. */}
      {message.text !== '' && navigator.clipboard && (
        <IconButton icon="copy" label={t('message.copy')} tabIndex={tabIndex} onClick={copy} />
      )}
      {mayDelete && (
        <IconButton
          icon="trash"
          label={t('message.delete')}
          data-testid="delete"
          tabIndex={tabIndex}
          onClick={() => setDeleting(true)}
        />
      )}
      {deleting && (
        <ConfirmDialog
          title={t('message.delete.title')}
          text={t('message.delete.text')}
          confirm={t('common.delete')}
          testId="delete-confirm"
          onConfirm={() => void client.chats.remove(message)}
          onClose={() => setDeleting(false)}
        />
      )}
    </div>
  );
}
