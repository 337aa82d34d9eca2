/** Tab or F6 leads into the frame within this time, in milliseconds. */
const TAB_MS = 500;
/** A mouse that is pushed in the middle of a word is not on its way to the app. */
const TYPING_MS = 400;
/** So far the mouse has to move over the shield, in pixels. */
const DELIBERATE = 4;
/** The browser tells of no focus that moves while its window is in the background: it is looked at. */
const LOOK_MS = 100;
/** A click that was made in the frame is known here by then. */
const CLICK_MS = 150;

/**
 * Keeps what the person types for the client from a web mini-app. A script in a frame may take the keyboard without being asked,
 * from a field or a modal dialog of the client, and no browser lets the client hold it. So taking it is made to be of no use:
 * whoever takes it while the person writes elsewhere is gone before the next key.
 */
export class KeyboardGuard {
  private frame: HTMLIFrameElement | null = null;
  private shield: HTMLElement | null = null;
  /** The client's field that the person writes in: it has the focus, or got a key last. */
  private writing: HTMLElement | null = null;
  /** The mouse is over the frame: what it clicks there gets the focus from this field. */
  private left: HTMLElement | null = null;
  private typedAt = -Infinity;
  private tabbedAt = -Infinity;
  private moved = 0;
  private timer: ReturnType<typeof setInterval> | null = null;

  /** - Parameter onTheft: has to remove the frame at once. It gets the field that was written in, if one was. */
  constructor(private readonly onTheft: (field: HTMLElement | null) => void) {
    document.addEventListener('focusin', this.onFocus, true);
    document.addEventListener('keydown', this.onKey, true);
    document.addEventListener('pointerdown', this.onPress, true);
    document.addEventListener('pointerover', this.onOver, true);
    document.addEventListener('visibilitychange', this.look);
    window.addEventListener('blur', this.onBlur);
  }

  end(): void {
    this.watch(null);
    document.removeEventListener('focusin', this.onFocus, true);
    document.removeEventListener('keydown', this.onKey, true);
    document.removeEventListener('pointerdown', this.onPress, true);
    document.removeEventListener('pointerover', this.onOver, true);
    document.removeEventListener('visibilitychange', this.look);
    window.removeEventListener('blur', this.onBlur);
  }

  /** The frame that is guarded against; null when it is gone. */
  watch(frame: HTMLIFrameElement | null): void {
    this.frame = frame;
    this.left = null;
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = frame && setInterval(this.look, LOOK_MS);
    const { activeElement } = document;
    this.guard(isEditable(activeElement) ? activeElement : null);
  }

  /** What lies over the frame while the person writes elsewhere, so that a click in it is seen to come. */
  readonly cover = (shield: HTMLElement | null): void => {
    this.shield?.removeEventListener('pointermove', this.onApproach);
    this.shield = shield;
    shield?.addEventListener('pointermove', this.onApproach);
    if (shield) shield.hidden = this.writing === null;
  };

  private guard(field: HTMLElement | null): void {
    this.writing = field;
    this.moved = 0;
    if (field) this.left = null;
    if (this.shield) this.shield.hidden = field === null;
  }

  private readonly onFocus = ({ target }: FocusEvent): void => {
    // Tab has led elsewhere: it is no leave to take the focus from there.
    if (target !== this.frame) this.tabbedAt = -Infinity;
    if (isEditable(target)) this.guard(target);
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const { key, target } = event;
    if ((key === 'Tab' || key === 'F6') && !event.ctrlKey && !event.altKey && !event.metaKey) {
      this.tabbedAt = performance.now();
      // The client may use it for something else, such as a command's end.
      setTimeout(() => event.defaultPrevented && (this.tabbedAt = -Infinity));
    } else if (isEditable(target)) this.typedAt = performance.now();
    this.guard(isEditable(target) ? target : null);
  };

  private readonly onPress = ({ target }: PointerEvent): void => {
    if (target === this.shield) return this.liftBy('press');
    // What is pressed may take the focus from the field; then the person has left it.
    setTimeout(() => !isEditable(document.activeElement) && this.guard(null));
  };

  private readonly onApproach = ({ pointerType, movementX, movementY }: PointerEvent): void => {
    // A finger that is laid down has pressed already.
    if (pointerType === 'touch' || performance.now() - this.typedAt < TYPING_MS) return;
    this.moved += Math.abs(movementX) + Math.abs(movementY);
    if (this.moved >= DELIBERATE) this.liftBy('approach');
  };

  /** The mouse is back from the frame, and the field still has the focus. */
  private readonly onOver = ({ target }: PointerEvent): void => {
    if (target === this.shield || target === this.frame) return;
    const { activeElement } = document;
    if (isEditable(activeElement) && this.writing === null) this.guard(activeElement);
  };

  private liftBy(how: 'press' | 'approach'): void {
    const field = this.writing;
    this.guard(null);
    if (how === 'approach') this.left = field;
    else field?.blur();
  }

  private readonly onBlur = (): void => {
    this.look();
    // Not every browser has moved the focus by now.
    setTimeout(this.look);
    if (document.activeElement !== this.frame || !this.left) return;
    const { frame, left } = this;
    this.left = null;
    setTimeout(() => {
      // Neither a click nor a key for seconds: it was no click that brought the focus into the frame.
      const { userActivation } = navigator as { userActivation?: { readonly isActive: boolean } };
      const wasClicked = userActivation?.isActive !== false;
      if (this.frame === frame && frame && !wasClicked && document.activeElement === frame) this.onTheft(left);
    }, CLICK_MS);
  };

  private readonly look = (): void => {
    const { frame, writing } = this;
    if (!frame || document.activeElement !== frame) return;
    const isWriting = writing?.isConnected === true && performance.now() - this.tabbedAt > TAB_MS;
    if (isWriting || document.querySelector('dialog[open]')) return this.onTheft(writing);
    // It was led there: what was written before is left.
    if (writing) this.guard(null);
  };
}

const NOT_WRITTEN = new Set(['button', 'checkbox', 'color', 'file', 'hidden', 'image', 'radio', 'range', 'reset', 'submit']);

/** Whether keys become text in it. */
function isEditable(target: EventTarget | null): target is HTMLElement {
  if (target instanceof HTMLInputElement) return !NOT_WRITTEN.has(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}
