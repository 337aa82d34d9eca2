import { t } from '../i18n';
import { CopyLine } from './CopyLine';

/** How a signed package is made, on the developer's own machine. */
export function HowTo({ publisher }: { readonly publisher: string | null }): JSX.Element {
  return (
    <section className="card" data-testid="publish-how">
      <h3>{t('publish.how')}</h3>
      <ol className="how-to">
        <li>
          <p>{t('publish.how.key')}</p>
          <CopyLine text="stoa key new" />
        </li>
        <li>
          <p>{t('publish.how.pack')}</p>
          <CopyLine text={`stoa publish DIR --publisher ${publisher ?? 'NAME'} --output FILE`} />
        </li>
        <li>
          <p>{t('publish.how.send')}</p>
        </li>
      </ol>
    </section>
  );
}
