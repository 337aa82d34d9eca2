import { useCallback, useState } from 'react';
import { useClient } from '../../hooks/useClient';
import { useLoad } from '../../hooks/useLoad';
import { t } from '../../i18n';
import { formatDate } from '../../i18n/format';
import type { ContactKind, VerifiedAttribute } from '../../model';
import { IconButton } from '../common/IconButton';
import { Waiting } from '../common/Waiting';
import { ContactForm } from './ContactForm';

const CONTACTS: readonly ContactKind[] = ['email', 'phone'];

/** What is verified about the person, by whom and when; e-mail and phone they verify and remove themselves. */
export function ContactList(): JSX.Element {
  const client = useClient();
  const { value: attributes, error, reload } = useLoad(useCallback(() => client.rest.attributes(), [client]));
  const [verifying, setVerifying] = useState<ContactKind | null>(null);
  if (!attributes) return <Waiting error={error} onRetry={() => void reload()} />;
  const known = (name: VerifiedAttribute['name']): VerifiedAttribute | undefined =>
    attributes.find((attribute) => attribute.name === name);
  const remove = async (kind: ContactKind): Promise<void> => {
    await client.rest.removeAttribute(kind).catch((reason: unknown) => client.toastError(reason));
    await reload();
  };
  const born = known('birth_date');
  return (
    <section className="contacts" aria-label={t('profile.contacts')}>
      <h3>{t('profile.contacts')}</h3>
      <p className="quiet">{t('profile.contacts.about')}</p>
      <ul data-testid="profile-attributes">
        {CONTACTS.map((kind) => {
          const attribute = known(kind);
          return (
            <li key={kind}>
              <div className="contact-row">
                <About name={kind} attribute={attribute} />
                <button
                  type="button"
                  className="soft small-button"
                  data-testid={`contact-add-${kind}`}
                  aria-expanded={verifying === kind}
                  onClick={() => setVerifying(verifying === kind ? null : kind)}
                >
                  {t(attribute ? 'attribute.change' : 'attribute.verify')}
                </button>
                {attribute && (
                  <IconButton
                    icon="trash"
                    label={t('attribute.remove', { name: t(`attribute.${kind}`) })}
                    data-testid={`contact-remove-${kind}`}
                    onClick={() => void remove(kind)}
                  />
                )}
              </div>
              {verifying === kind && (
                <ContactForm
                  kind={kind}
                  onDone={() => {
                    setVerifying(null);
                    void reload();
                  }}
                />
              )}
            </li>
          );
        })}
        {born && (
          <li>
            <div className="contact-row">
              <About name="birth_date" attribute={born} />
            </div>
          </li>
        )}
      </ul>
    </section>
  );
}

interface AboutProps {
  readonly name: VerifiedAttribute['name'];
  readonly attribute: VerifiedAttribute | undefined;
}

function About({ name, attribute }: AboutProps): JSX.Element {
  return (
    <div className="contact-about">
      <span className="quiet">{t(`attribute.${name}`)}</span>
      {attribute ? <strong>{attribute.value}</strong> : <span>{t('attribute.none')}</span>}
      {attribute && (
        <span className="quiet">{t(`attribute.by.${attribute.by}`, { time: formatDate(attribute.verified) })}</span>
      )}
    </div>
  );
}
