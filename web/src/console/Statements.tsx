import { t } from '../i18n';
import type { Statement } from './model';
import { Strange } from './parts';
import { inReviewOrder, type Said } from './review';

interface Props {
  readonly statements: readonly Statement[];
  /** Of the app's first version everything is new, and only the capabilities stand out. */
  readonly first: boolean;
}

/** What the manifest says otherwise than before. */
export function Statements({ statements, first }: Props): JSX.Element {
  return (
    <ul className="card statements">
      {inReviewOrder(statements).map((said) => (
        <li
          key={said.statement.what}
          className={said.capability !== null && said.kind === 'new' ? 'statement alert' : 'statement'}
          data-testid="statement"
        >
          <div className="row-title">
            {said.capability === null ? <span>{said.statement.what}</span> : <code>{said.capability}</code>}
            {said.capability !== null && <span className="tag">{t('console.statements.capability')}</span>}
            {(!first || said.capability !== null) && (
              <span className={`tag ${tone(said)}`}>{t(`console.statements.${said.kind}`)}</span>
            )}
          </div>
          {said.statement.before !== null && (
            <p className="statement-before">
              <span className="sign" aria-hidden="true">
                −
              </span>
              <del>
                <Strange text={said.statement.before} />
              </del>
            </p>
          )}
          {said.statement.now !== null && (
            <p className={first ? 'statement-plain' : 'statement-now'}>
              {!first && (
                <span className="sign" aria-hidden="true">
                  +
                </span>
              )}
              <ins>
                <Strange text={said.statement.now} />
              </ins>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function tone({ capability, kind }: Said): string {
  if (capability === null) return '';
  return kind === 'new' ? 'bad' : kind === 'changed' ? 'warn' : 'good';
}
