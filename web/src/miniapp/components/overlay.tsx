import { useContext, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { IconButton } from '../../components/common/IconButton';
import { t } from '../../i18n';
import { onOf, propsOf, textOf } from '../node';
import { FootContext, OverlayContext, ScrollContext, useView, type PartProps } from './context';
import { Children, type Parts } from './NodeView';

interface Props {
  readonly label: string;
  readonly onClose: () => void;
  readonly alert?: boolean;
  readonly children: ReactNode;
}

/**
 * A dialog within the app's own frame. It is not the browser's `<dialog>`: that lies over everything, also over what the
 * client asks the person, and no app may.
 */
function Overlay({ label, onClose, alert = false, children }: Props): JSX.Element | null {
  const room = useContext(OverlayContext);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !room) return;
    const before = document.activeElement;
    (element.querySelector<HTMLElement>('[data-autofocus]') ?? element).focus();
    const page = room.previousElementSibling;
    page?.setAttribute('inert', '');
    return () => {
      // The last one gives the page back.
      if (room.childElementCount <= 1) page?.removeAttribute('inert');
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [room]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    } else if (event.key === 'Tab' && box.current) keepInside(event, box.current);
  };
  if (!room) return null;
  return createPortal(
    <div className="mini-overlay" onMouseDown={(event) => event.target === event.currentTarget && onClose()}>
      <div
        ref={box}
        className="mini-dialog"
        role={alert ? 'alertdialog' : 'dialog'}
        aria-modal="true"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        {children}
      </div>
    </div>,
    room,
  );
}

function keepInside(event: KeyboardEvent, box: HTMLElement): void {
  const all = [...box.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href], [tabindex="0"]')].filter(
    (element) => !element.hasAttribute('disabled') && element.offsetParent !== null,
  );
  const edge = event.shiftKey ? all[0] : all[all.length - 1];
  if (document.activeElement !== edge && all.includes(document.activeElement as HTMLElement)) return;
  event.preventDefault();
  (event.shiftKey ? all[all.length - 1] : all[0])?.focus();
}

interface ConfirmProps {
  readonly text: string;
  readonly action: string;
  readonly danger: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asked on the device before an action. */
export function Confirm({ text, action, danger, onConfirm, onClose }: ConfirmProps): JSX.Element {
  return (
    <Overlay label={text} alert onClose={onClose}>
      <p className="mini-dialog-text" dir="auto">{text}</p>
      <div className="mini-dialog-buttons">
        <button type="button" className="mini-button secondary" onClick={onClose}>
          <span>{t('common.cancel')}</span>
        </button>
        <button
          type="button"
          className={`mini-button ${danger ? 'danger' : 'primary'}`}
          data-autofocus
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          <span dir="auto">{action}</span>
        </button>
      </div>
    </Overlay>
  );
}

/** Shown while its node is there. Closing it is the app's to know; until the app has drawn again it is away here. */
function Dialog({ node, id }: PartProps): JSX.Element | null {
  const view = useView();
  const { title, on } = propsOf(node);
  const action = onOf(on);
  const [closed, setClosed] = useState(false);
  const [foot, setFoot] = useState<HTMLElement | null>(null);
  const scroll = useRef<HTMLDivElement>(null);
  // Drawn anew with another content, it is another question.
  useEffect(() => setClosed(false), [node]);
  if (closed) return null;
  const close = (): void => {
    setClosed(true);
    if (action) view.act({ on: action, by: id });
  };
  return (
    <Overlay label={textOf(title) ?? t('miniapp.dialog')} onClose={close}>
      <header className="mini-dialog-head">
        <h3 dir="auto">{textOf(title)}</h3>
        <IconButton icon="close" label={t('common.close')} onClick={close} />
      </header>
      <div className="mini-dialog-body" ref={scroll}>
        <ScrollContext.Provider value={scroll}>
          <FootContext.Provider value={foot}>
            <Children node={node} id={id} />
          </FootContext.Provider>
        </ScrollContext.Provider>
      </div>
      <div className="mini-foot" ref={setFoot} />
    </Overlay>
  );
}

export const overlays: Parts = { dialog: Dialog };
