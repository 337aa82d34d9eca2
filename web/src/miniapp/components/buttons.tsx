import { useContext, useState, type MouseEvent } from 'react';
import { createPortal } from 'react-dom';
import { Spinner } from '../../components/common/Spinner';
import { t } from '../../i18n';
import { pathOf } from '../address';
import { hasIcon, MiniIcon } from '../icons';
import { boolOf, oneOf, onOf, placeOf, propsOf, textOf } from '../node';
import { outsideHref } from '../safe';
import { FootContext, useBusy, useView, type PartProps } from './context';
import type { Parts } from './NodeView';
import { Confirm } from './overlay';

function Button({ node, id, main = false }: PartProps & { readonly main?: boolean }): JSX.Element {
  const view = useView();
  const busy = useBusy(id);
  const [asking, setAsking] = useState(false);
  const { text, on, to, style, icon, label, disabled, confirm, full } = propsOf(node);
  const action = onOf(on);
  const place = placeOf(to);
  const look = oneOf(style, [main ? 'primary' : 'secondary', 'primary', 'secondary', 'danger', 'plain']);
  const question = textOf(confirm);
  const words = textOf(text) ?? '';
  const iconName = textOf(icon) ?? '';
  // What may cost something is done once however often it is pressed; what counts up may be pressed on and on.
  const once = main || look === 'primary' || look === 'danger' || question !== undefined;
  const perform = (): void => {
    if (place) view.go(place);
    else if (action) view.act({ on: action, by: id });
  };
  const press = (): void => {
    if (busy && once) return;
    if (question !== undefined) setAsking(true);
    else perform();
  };
  return (
    <>
      <button
        type="button"
        className={`mini-button ${look} ${main ? 'main full' : boolOf(full) ? 'full' : ''} ${busy && once ? 'busy' : ''}`}
        disabled={boolOf(disabled)}
        aria-busy={busy}
        aria-label={textOf(label) ?? (words === '' && hasIcon(iconName) ? iconName : undefined)}
        onClick={press}
      >
        {hasIcon(iconName) && <MiniIcon name={iconName} />}
        {words !== '' && <span dir="auto">{words}</span>}
        {busy && once && <Spinner small />}
      </button>
      {asking && question !== undefined && (
        <Confirm
          text={question}
          action={words === '' ? textOf(label) ?? t('common.ok') : words}
          danger={look === 'danger'}
          onConfirm={perform}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

/** At the bottom of the page, or of the dialog that it is in. */
function MainButton(props: PartProps): JSX.Element | null {
  const foot = useContext(FootContext);
  return foot && createPortal(<Button {...props} main />, foot);
}

function Link({ node }: PartProps): JSX.Element {
  const view = useView();
  const { text, to, url } = propsOf(node);
  const place = placeOf(to);
  const words = textOf(text) ?? textOf(url) ?? '';
  if (place) {
    const { app, asked } = view.get();
    const follow = (event: MouseEvent): void => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      view.go(place);
    };
    return (
      <a className="mini-link" dir="auto" href={pathOf({ app, chat: asked, ...place })} onClick={follow}>
        {words}
      </a>
    );
  }
  const href = outsideHref(url);
  if (href === null) return <span className="mini-link" dir="auto">{words}</span>;
  return (
    <a className="mini-link" dir="auto" href={href} target="_blank" rel="noopener noreferrer" title={href}>
      {words}
      <span className="sr-only"> {t('miniapp.opensTab')}</span>
    </a>
  );
}

export const buttons: Parts = { button: Button, main_button: MainButton, link: Link };
