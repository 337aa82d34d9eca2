import { forwardRef, type ButtonHTMLAttributes } from 'react';
import { Icon, type IconName } from './Icon';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName;
  /** What it does: the name for screen readers, and the hint for the mouse. */
  readonly label: string;
  readonly 'data-testid'?: string | undefined;
}

export const IconButton = forwardRef<HTMLButtonElement, Props>(function IconButton({ icon, label, className, ...rest }, ref) {
  return (
    <button ref={ref} type="button" className={`icon-button ${className ?? ''}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
});
