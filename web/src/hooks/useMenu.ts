import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';

interface Menu {
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  /** Around the button and what it opens, with `onKeyDown`. */
  readonly box: RefObject<HTMLDivElement>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** A menu under its button: a press elsewhere closes it, and so does Escape, which leaves the focus on the button. */
export function useMenu(): Menu {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !open) return;
    // What the menu lies in stays open.
    event.stopPropagation();
    setOpen(false);
    box.current?.querySelector<HTMLElement>('button')?.focus();
  };
  return { open, setOpen, box, onKeyDown };
}
