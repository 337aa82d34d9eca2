import { useRef, useState, type DragEvent } from 'react';
import { useClient, useSelect } from '../../hooks/useClient';
import { t } from '../../i18n';
import { ChatHeader } from './ChatHeader';
import { Composer } from './Composer';
import { MessageList } from './MessageList';

export function ChatView({ id }: { readonly id: number }): JSX.Element | null {
  const client = useClient();
  const chat = useSelect((state) => state.chats[id]);
  const [dragging, setDragging] = useState(false);
  // Dragging over a child leaves the parent: only the balance of enters and leaves says whether files are still above.
  const depth = useRef(0);
  if (!chat) return null;

  const drag = (event: DragEvent, change: number): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    depth.current += change;
    setDragging(depth.current > 0);
  };
  const drop = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    depth.current = 0;
    setDragging(false);
    client.uploads.attach(id, [...event.dataTransfer.files]);
  };

  return (
    <section
      className="chat"
      aria-label={chat.title}
      onDragEnter={(event) => drag(event, 1)}
      onDragLeave={(event) => drag(event, -1)}
      onDragOver={(event) => drag(event, 0)}
      onDrop={drop}
    >
      <ChatHeader chat={chat} />
      <MessageList chat={chat} />
      <Composer chat={chat} />
      {dragging && (
        <div className="drop" aria-hidden="true">
          {t('composer.drop')}
        </div>
      )}
    </section>
  );
}
