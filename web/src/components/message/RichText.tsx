import { memo, useMemo, useState, type ReactNode } from 'react';
import { useClient } from '../../hooks/useClient';
import { t } from '../../i18n';
import type { Entity } from '../../model';
import { toTree, type Node } from '../../text/entities';
import { safeHref, withLinks } from '../../text/links';

interface Props {
  readonly text: string;
  readonly entities?: readonly Entity[] | undefined;
}

/** A message's text with its formatting. */
export const RichText = memo(function RichText({ text, entities }: Props): JSX.Element {
  const tree = useMemo(() => toTree(text, withLinks(text, entities ?? [])), [text, entities]);
  return (
    <span className="rich" data-testid="message-text" dir="auto">
      {tree.map(draw)}
    </span>
  );
});

function draw(node: Node, key: number): ReactNode {
  if (node.kind === 'text') return node.text;
  const children = node.children.map(draw);
  const { entity, text } = node;
  switch (entity.type) {
    case 'bold':
      return <strong key={key}>{children}</strong>;
    case 'italic':
      return <em key={key}>{children}</em>;
    case 'underline':
      return <u key={key}>{children}</u>;
    case 'strikethrough':
      return <s key={key}>{children}</s>;
    case 'code':
      return <code key={key}>{children}</code>;
    case 'pre':
      return (
        <code key={key} className="pre" data-language={entity.language}>
          {children}
        </code>
      );
    case 'url':
      return (
        <Link key={key} address={text}>
          {children}
        </Link>
      );
    case 'text_link':
      return (
        <Link key={key} address={entity.url} shown={text}>
          {children}
        </Link>
      );
    case 'mention':
      return (
        <Mention key={key} name={text.replace(/^@/, '')}>
          {children}
        </Mention>
      );
    case 'bot_command':
      return (
        <Command key={key} text={text}>
          {children}
        </Command>
      );
    case 'spoiler':
      return <Spoiler key={key}>{children}</Spoiler>;
    default:
      // A kind of a later server: its text still shows.
      return <span key={key}>{children}</span>;
  }
}

interface LinkProps {
  readonly address: string | undefined;
  /** The words of a link that hides its address: the address is shown as a hint then. */
  readonly shown?: string;
  readonly children: ReactNode;
}

function Link({ address, shown, children }: LinkProps): JSX.Element {
  const href = safeHref(address);
  if (!href) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" title={shown === undefined ? undefined : href}>
      {children}
    </a>
  );
}

function Mention({ name, children }: { readonly name: string; readonly children: ReactNode }): JSX.Element {
  const client = useClient();
  return (
    <button type="button" className="mention" onClick={() => void client.chats.openMention(name)}>
      {children}
    </button>
  );
}

/** A command in a text is sent when it is pressed. */
function Command({ text, children }: { readonly text: string; readonly children: ReactNode }): JSX.Element {
  const client = useClient();
  const send = (): void => {
    const { activeChat } = client.store.get();
    if (activeChat !== null) client.chats.sendText(activeChat, text);
  };
  return (
    <button type="button" className="mention" onClick={send}>
      {children}
    </button>
  );
}

function Spoiler({ children }: { readonly children: ReactNode }): JSX.Element {
  const [shown, show] = useState(false);
  if (shown) return <span className="spoiler shown">{children}</span>;
  // The hidden words stay out of the reach of screen readers, too.
  return (
    <button type="button" className="spoiler" aria-label={t('message.spoiler')} onClick={() => show(true)}>
      <span aria-hidden="true">{children}</span>
    </button>
  );
}
