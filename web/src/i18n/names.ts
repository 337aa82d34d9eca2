import { en, type Key } from './en';
import { t } from './index';

const has = (key: string): key is Key => Object.prototype.hasOwnProperty.call(en, key);

/** What an entry of the audit is about. A kind that came after this page is called as it is. */
export function kindText(kind: string): string {
  const key = `kind.${kind}`;
  return has(key) ? t(key) : kind;
}

/** The same, told to the person whom it is about. */
export function ownKindText(kind: string): string {
  const own = `privacy.kind.${kind}`;
  const any = `kind.${kind}`;
  return t(has(own) ? own : has(any) ? any : 'privacy.kind.other');
}

/** A capability in words; `detail` says what exactly was asked. One without words here keeps its id. */
export function capabilityName(id: string, detail = ''): string {
  if (id === 'identity.age' && /^\d+$/.test(detail)) return t('can.identity.age.least', { years: detail });
  if (id === 'chat.history' && detail === 'from now on') return t('can.chat.history.fromNowOn');
  const last = id === 'chat.history' ? /^last (\d+)$/.exec(detail)?.[1] : undefined;
  if (last !== undefined) return t('can.chat.history.last', { count: Number(last) });
  const exact = `can.${id}.${detail}`;
  if (detail !== '' && has(exact)) return t(exact);
  const key = `can.${id}`;
  if (!has(key)) return detail === '' ? id : `${id} ${detail}`;
  // How many can be picked is of no interest afterwards.
  return detail === '' || /^\d+$/.test(detail) ? t(key) : `${t(key)}: ${detail}`;
}

/** The details of an entry of the audit, in words where they begin with a capability: `identity.age 18, hour`. */
export function detailsText(details: string): string {
  const [, id = '', detail = '', term = '', rest = ''] =
    /^([a-z_]+(?:\.[a-z_]+)*)(?: ([^,]*))?(?:, (once|chat|hour|day|always))?(?:, (.*))?$/s.exec(details) ?? [];
  const attribute = `attribute.${details}`;
  if (has(attribute)) return t(attribute);
  if (!has(`can.${id}`)) return details;
  const how = `consent.for.${term}`;
  return [capabilityName(id, detail), ...(has(how) ? [t(how)] : []), ...(rest === '' ? [] : [rest])].join(' · ');
}
