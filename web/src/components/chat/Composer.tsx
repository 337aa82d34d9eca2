import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ClipboardEvent,
  type FormEvent,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import { MAX_TEXT, type Chat } from '../../model';
import { commandsIn, selectComposing, selectMembers, selectThread } from '../../state/selectors';
import { find } from '../../state/threads';
import { directionOf } from '../../text/direction';
import { parseMarkup } from '../../text/markup';
import { surround } from '../../text/surround';
import { IconButton } from '../common/IconButton';
import { AttachmentTray } from './AttachmentTray';
import { CommandHints, matchingCommands } from './CommandHints';
import { ComposerContext } from './ComposerContext';

/** The counter shows when this few characters are left. */
const COUNT_FROM = 200;
const SHORTCUTS: Readonly<Record<string, string>> = { b: '**', i: '__', u: '++', e: '`' };

export function Composer({ chat }: { readonly chat: Chat }): JSX.Element {
  const client = useClient();
  const composing = useSelect((state) => selectComposing(state, chat.id));
  const messages = useSelect((state) => selectThread(state, chat.id).messages);
  const me = useSelect((state) => state.me?.id);
  const bots = useSelect((state) => state.bots);
  const members = useSelect((state) => selectMembers(state, chat.id));
  const input = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState(0);
  const [hintsClosed, setHintsClosed] = useState(false);
  const { text, editing, replyTo, uploads } = composing;

  const commands = useMemo(() => commandsIn(chat, bots, members), [chat, bots, members]);
  // Which bots are in a group is asked for when a command is begun.
  const membersNeeded = chat.kind === 'group' && members.length === 0 && text.startsWith('/');
  useEffect(() => {
    if (membersNeeded) void client.chats.loadMembers(chat.id);
  }, [client, chat.id, membersNeeded]);

  const hints = useMemo(() => (hintsClosed ? [] : matchingCommands(commands, text)), [commands, text, hintsClosed]);
  const left = useMemo(() => charactersLeft(text), [text]);
  const uploading = uploads.some((upload) => upload.attachment === null);
  const empty = text.trim() === '' && uploads.length === 0;
  const blocked = empty || uploading || (left !== null && left < 0);

  useGrowing(input, text);
  // Writing begins when a chat, a reply or an edit is opened; a phone's keyboard must not cover a chat just opened, and
  // the chat that comes up under an app is not what was opened.
  const started = useRef(false);
  useEffect(() => {
    const element = input.current;
    if (!element) return;
    const isUnderApp = document.activeElement?.closest('.mini-panel') != null;
    if (started.current || (matchMedia('(hover: hover)').matches && !isUnderApp)) element.focus();
    started.current = true;
    element.setSelectionRange(element.value.length, element.value.length);
  }, [editing, replyTo]);

  const set = (value: string): void => {
    setChosen(0);
    setHintsClosed(false);
    client.store.dispatch({ type: 'composing', chat: chat.id, change: { text: value } });
    if (value.trim() !== '' && editing === null) client.presence.noteTyping(chat.id);
  };
  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (!blocked) client.chats.submit(chat.id);
    input.current?.focus();
  };
  const useCommand = (name: string): void => {
    client.store.dispatch({ type: 'composing', chat: chat.id, change: { text: '' } });
    client.chats.sendText(chat.id, `/${name}`);
    input.current?.focus();
  };

  const onHintKey = (event: KeyboardEvent): boolean => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setChosen((chosen + step + hints.length) % hints.length);
    else if (event.key === 'Tab' && !event.shiftKey) set(`/${hints[chosen]?.name ?? ''} `);
    else if (event.key === 'Enter' && !event.shiftKey) useCommand(hints[chosen]?.name ?? '');
    else if (event.key === 'Escape') setHintsClosed(true);
    else return false;
    return true;
  };
  const onShortcut = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return false;
    const marker = SHORTCUTS[event.key.toLowerCase()];
    if (marker === undefined) return false;
    const element = event.currentTarget;
    const result = surround(text, element.selectionStart, element.selectionEnd, marker);
    set(result.text);
    requestAnimationFrame(() => element.setSelectionRange(result.start, result.end));
    return true;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // Enter that ends a composition (Japanese, Chinese…) belongs to the input method.
    if (event.nativeEvent.isComposing) return;
    let taken = (hints.length > 0 && onHintKey(event)) || onShortcut(event);
    if (!taken && event.key === 'Enter' && !event.shiftKey) {
      submit();
      taken = true;
    } else if (!taken && event.key === 'Escape' && (editing !== null || replyTo !== null)) {
      client.chats.cancelComposing(chat.id);
      taken = true;
    } else if (!taken && event.key === 'ArrowUp' && text === '' && editing === null) {
      const last = [...messages].reverse().find((message) => message.from.id === me);
      if (last) client.chats.beginEdit(last);
      taken = last !== undefined;
    }
    if (taken) event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    if (files.length === 0 || event.clipboardData.getData('text/plain') !== '') return;
    event.preventDefault();
    client.uploads.attach(chat.id, files);
  };

  return (
    <form className="composer" onSubmit={submit}>
      {hints.length > 0 && <CommandHints commands={hints} chosen={chosen} onChoose={useCommand} />}
      {(editing !== null || replyTo !== null) && (
        <ComposerContext
          message={find(messages, editing ?? replyTo ?? 0)}
          editing={editing !== null}
          onCancel={() => client.chats.cancelComposing(chat.id)}
        />
      )}
      {uploads.length > 0 && <AttachmentTray chat={chat.id} uploads={uploads} />}
      <div className="composer-line">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          data-testid="file-input"
          onChange={(event) => {
            client.uploads.attach(chat.id, [...(event.target.files ?? [])]);
            // The same file may be picked again.
            event.target.value = '';
            input.current?.focus();
          }}
        />
        <IconButton
          icon="paperclip"
          label={t('composer.attach')}
          data-testid="attach"
          disabled={editing !== null}
          onClick={() => picker.current?.click()}
        />
        <textarea
          ref={input}
          data-testid="composer"
          rows={1}
          dir={directionOf(text)}
          aria-label={t('composer.label')}
          placeholder={t('composer.placeholder')}
          value={text}
          aria-controls={hints.length > 0 ? 'command-hints' : undefined}
          aria-activedescendant={hints.length > 0 ? `command-hint-${chosen}` : undefined}
          onChange={(event) => set(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        {left !== null && (
          <span className={left < 0 ? 'counter over' : 'counter'} aria-live="polite">
            <span aria-hidden="true">{left}</span>
            <span className="sr-only">
              {left < 0 ? t('composer.tooLong', { count: -left }) : t('composer.left', { count: left })}
            </span>
          </span>
        )}
        <IconButton
          className="send"
          type="submit"
          icon={editing === null ? 'send' : 'check'}
          label={t(editing === null ? 'composer.send' : 'composer.save')}
          data-testid="send"
          disabled={blocked}
        />
      </div>
    </form>
  );
}

/** Null while there are plenty. The server counts scalars, of which there are never more than UTF-16 units. */
function charactersLeft(text: string): number | null {
  return text.length < MAX_TEXT - COUNT_FROM ? null : MAX_TEXT - [...parseMarkup(text).text].length;
}

/** Makes the field as tall as its text; the style sheet sets the limit. */
function useGrowing(input: RefObject<HTMLTextAreaElement>, text: string): void {
  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [input, text]);
}
