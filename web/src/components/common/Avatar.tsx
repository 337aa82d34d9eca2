import { memo } from 'react';
import { useFileUrl } from '../../hooks/useFileUrl';
import { Icon } from './Icon';

interface Props {
  readonly id: number;
  readonly name: string;
  readonly kind?: 'person' | 'bot' | 'miniapp' | 'group';
  readonly size?: 'small' | 'medium' | 'large';
  /** A file; the initials stand in for it until it is there. */
  readonly picture?: number | null | undefined;
}

const COLOURS = 8;

/** Initials on a colour that stays the same for one account. */
export const Avatar = memo(function Avatar({ id, name, kind = 'person', size = 'medium', picture }: Props): JSX.Element {
  // The low bits of a time-ordered id say little: mix them.
  const colour = Math.abs(Math.imul(id % 2 ** 31, 2654435761) >> 16) % COLOURS;
  return (
    <span className={`avatar ${size} tint-${colour}`} aria-hidden="true">
      {initials(name)}
      {picture != null && <Picture file={picture} />}
      {(kind === 'bot' || kind === 'miniapp') && (
        <span className="avatar-mark" data-kind={kind}>
          <Icon name={kind === 'bot' ? 'bot' : 'apps'} />
        </span>
      )}
    </span>
  );
});

function Picture({ file }: { readonly file: number }): JSX.Element | null {
  const url = useFileUrl(file);
  return url === null || url === 'failed' ? null : <img className="avatar-picture" src={url} alt="" />;
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0]!, words[words.length - 1]!] : words;
  return picked.map((word) => [...word][0] ?? '').join('').toLocaleUpperCase() || '·';
}
