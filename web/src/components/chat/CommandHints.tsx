import { useEffect, useRef } from 'react';
import { t } from '../../i18n';
import type { BotCommand } from '../../model';

/** The commands that begin with what is typed; none once there is more than one word. */
export function matchingCommands(commands: readonly BotCommand[], text: string): readonly BotCommand[] {
  const typed = /^\/(\w*)$/.exec(text)?.[1]?.toLowerCase();
  if (typed === undefined) return [];
  return commands.filter((command) => command.name.toLowerCase().startsWith(typed));
}

interface Props {
  readonly commands: readonly BotCommand[];
  readonly chosen: number;
  readonly onChoose: (name: string) => void;
}

export function CommandHints({ commands, chosen, onChoose }: Props): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <ul className="command-hints" id="command-hints" role="listbox" aria-label={t('composer.commands')} ref={list}>
      {commands.map((command, index) => (
        <li
          key={command.name}
          id={`command-hint-${index}`}
          role="option"
          aria-selected={index === chosen}
          data-testid="command-hint"
          // A click would take the focus from the text first.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(command.name)}
        >
          <strong>/{command.name}</strong>
          <span className="quiet">{command.description}</span>
        </li>
      ))}
    </ul>
  );
}
