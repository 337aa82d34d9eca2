import { useEffect, useRef, type MouseEvent, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly onClose: () => void;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A modal dialog by the browser's own `<dialog>`: it keeps the focus inside, Esc closes it, the focus returns after. */
export function Dialog({ label, onClose, className, children }: Props): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog || dialog.open) return;
    const before = document.activeElement;
    // showModal honours autofocus in markup only; React focuses before the dialog is open.
    dialog.showModal();
    (dialog.querySelector<HTMLElement>('[data-autofocus], input, .primary') ?? dialog).focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const backdropPressed = (event: MouseEvent): void => {
    if (event.target === ref.current) onClose();
  };
  return (
    <dialog
      ref={ref}
      className={`dialog ${className ?? ''}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={backdropPressed}
    >
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
