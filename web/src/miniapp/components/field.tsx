import { useContext, useId, type ReactNode } from 'react';
import { t, type Key } from '../../i18n';
import type { Wrong } from '../form';
import { boolOf, propsOf, textOf } from '../node';
import { FormContext, type PartProps } from './context';

interface FieldParts {
  readonly inputId: string;
  readonly label: string;
  readonly error: string | null;
  readonly required: boolean;
  /** For the control: what screen readers say about it. */
  readonly aria: {
    readonly 'aria-invalid'?: true;
    readonly 'aria-describedby'?: string;
    readonly 'aria-required'?: true;
  };
  readonly errorId: string;
}

/** What every field has: a label, and what is wrong with it. */
export function useField({ node, id }: PartProps): FieldParts {
  const form = useContext(FormContext);
  const inputId = useId();
  const { label, name, required } = propsOf(node);
  const wrong = form?.wrong[id];
  const ofApp = form?.invalid.get(textOf(name) ?? '');
  const error = wrong ? wrongText(wrong) : ofApp ?? null;
  const errorId = `${inputId}e`;
  return {
    inputId,
    label: textOf(label) ?? '',
    error,
    required: boolOf(required),
    aria: {
      ...(error === null ? {} : { 'aria-invalid': true as const, 'aria-describedby': errorId }),
      ...(boolOf(required) ? { 'aria-required': true as const } : {}),
    },
    errorId,
  };
}

function wrongText(wrong: Wrong): string {
  return 'text' in wrong ? wrong.text : t(`miniapp.wrong.${wrong.key}` as Key, wrong.values ?? {});
}

interface FrameProps {
  readonly id: string;
  readonly field: FieldParts;
  readonly className?: string;
  /** At the end of the label's line, such as the value of a slider. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A field with one control under its label. */
export function FieldFrame({ id, field, className = '', aside, children }: FrameProps): JSX.Element {
  return (
    <div className={`mini-field ${className}`} data-field={id}>
      {(field.label !== '' || aside !== undefined) && (
        <div className="mini-label-line">
          {field.label !== '' && (
            <label className="mini-label" htmlFor={field.inputId} dir="auto">
              {field.label}
              {field.required && <Star />}
            </label>
          )}
          {aside}
        </div>
      )}
      {children}
      <FieldError field={field} />
    </div>
  );
}

/** A field of several controls: a group with its label as the legend. */
export function FieldGroup({ id, field, className = '', children }: Omit<FrameProps, 'aside'>): JSX.Element {
  return (
    <fieldset className={`mini-field ${className}`} data-field={id} aria-describedby={field.aria['aria-describedby']}>
      {field.label !== '' && (
        <legend className="mini-label" dir="auto">
          {field.label}
          {field.required && <Star />}
        </legend>
      )}
      {children}
      <FieldError field={field} />
    </fieldset>
  );
}

export function Star(): JSX.Element {
  return (
    <span className="mini-required" aria-hidden="true">
      {' *'}
    </span>
  );
}

export function FieldError({ field }: { readonly field: FieldParts }): JSX.Element | null {
  return (
    <p className="mini-error" id={field.errorId} role="alert" dir="auto">
      {field.error}
    </p>
  );
}
