import type { ReactNode } from 'react';
import type { Page } from '../client/pages';
import { addressOf } from '../client/pages';
import { useClient } from '../hooks/useClient';
import { t } from '../i18n';
import { formatMoment, formatWhole } from '../i18n/format';
import type { ReleaseState } from './model';
import { pieces } from './review';

/** What a stranger wrote, with what hides in it made visible. */
export function Strange({ text }: { readonly text: string }): JSX.Element {
  const found = pieces(text);
  if (found.length === 1 && !found[0]!.hidden) return <>{text}</>;
  return (
    <>
      {found.map((piece, index) =>
        piece.hidden ? (
          <mark key={index} className="hidden-mark" title={t('console.hidden')}>
            {piece.text}
          </mark>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}

export function When({ date }: { readonly date: number }): JSX.Element {
  return (
    <time dateTime={new Date(date).toISOString()} title={formatWhole(date)}>
      {formatMoment(date)}
    </time>
  );
}

const TONE: Readonly<Record<ReleaseState, string>> = {
  in_review: 'warn',
  staged: 'warn',
  live: 'good',
  superseded: '',
  rejected: 'bad',
  withdrawn: '',
  rolled_back: 'bad',
};

export function ReleaseTag({ state, percent }: { readonly state: ReleaseState; readonly percent: number }): JSX.Element {
  const known = Object.prototype.hasOwnProperty.call(TONE, state);
  return (
    <span className={`tag ${known ? TONE[state] : ''}`}>
      {!known ? state : state === 'staged' ? t('release.stagedAt', { percent }) : t(`release.state.${state}`)}
    </span>
  );
}

interface LinkProps {
  readonly path: readonly string[];
  readonly className?: string | undefined;
  readonly current?: boolean;
  readonly testId?: string | undefined;
  readonly children: ReactNode;
}

/** A link within the console; opened in a new tab it works too. */
export function ConsoleLink({ path, className, current, testId, children }: LinkProps): JSX.Element {
  const client = useClient();
  const page: Page = { kind: 'console', path };
  return (
    <a
      href={addressOf(page)}
      className={className}
      data-testid={testId}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        client.navigation.open(page);
      }}
    >
      {children}
    </a>
  );
}

/** A part of a page with its heading, how many there are, and words for none. */
export function Part(props: {
  readonly title: string;
  readonly count?: number;
  readonly empty?: string;
  readonly testId?: string;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <section className="part" data-testid={props.testId}>
      <h3>
        {props.title}
        {props.count !== undefined && props.count > 0 && <span className="tag">{props.count}</span>}
      </h3>
      {props.count === 0 && props.empty !== undefined ? <p className="part-empty">{props.empty}</p> : props.children}
    </section>
  );
}
