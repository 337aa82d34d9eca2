import { IconButton } from '../components/common/IconButton';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';

/** A line to be taken over as it is, with a button that copies it. */
export function CopyLine({ text }: { readonly text: string }): JSX.Element {
  const client = useClient();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      client.toast('info', t('message.copied'));
    } catch {
      // The browser forbids it, as on a page without TLS: the line can still be selected.
    }
  };
  return (
    <div className="copy-line">
      <code>{text}</code>
      <IconButton icon="copy" label={t('publish.copy', { text })} onClick={() => void copy()} />
    </div>
  );
}
