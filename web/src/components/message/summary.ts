import { t } from '../../i18n';
import type { Attachment } from '../../model';

/** One line that stands for a message, in lists and quotes. */
export function summary(message: { readonly text: string; readonly attachments?: readonly Attachment[] }): string {
  const text = message.text.replace(/\s+/g, ' ').trim();
  if (text !== '') return text.slice(0, 200);
  const first = message.attachments?.[0];
  if (!first) return '';
  return first.type === 'photo' ? t('message.photo') : first.name || t('message.file');
}
