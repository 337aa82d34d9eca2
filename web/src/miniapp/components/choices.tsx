import { useContext } from 'react';
import { t } from '../../i18n';
import { MiniIcon } from '../icons';
import { listOf, propsOf, textOf } from '../node';
import { FormContext, useValue, type PartProps } from './context';
import { FieldError, FieldFrame, FieldGroup, Star, useField } from './field';
import type { Parts } from './NodeView';

interface Option {
  /** As the app wrote it: that is what is sent. */
  readonly value: unknown;
  readonly text: string;
  readonly label: string;
}

function optionsOf(value: unknown): readonly Option[] {
  return listOf(value).flatMap((entry) => {
    const whole = typeof entry === 'object' && entry !== null ? (entry as { value?: unknown; label?: unknown }) : null;
    const own = whole ? whole.value ?? whole.label : entry;
    const text = textOf(own);
    return text === undefined ? [] : [{ value: own, text, label: textOf(whole?.label) ?? text }];
  });
}

function Select(props: PartProps): JSX.Element {
  const form = useContext(FormContext);
  const field = useField(props);
  const [value, set] = useValue(props);
  const { options: listed, name } = propsOf(props.node);
  const options = optionsOf(listed);
  const shown = textOf(value) ?? '';
  const known = options.some((option) => option.text === shown);
  // In a form a choice may be taken back; one that acts at once always has a value.
  const mayBeEmpty = !known || (form !== null && !field.required);
  return (
    <FieldFrame id={props.id} field={field}>
      <div className="mini-select">
        <select
          id={field.inputId}
          name={textOf(name)}
          className="mini-input"
          value={known ? shown : ''}
          aria-label={field.label === '' ? textOf(name) : undefined}
          onChange={(event) => set(options.find((option) => option.text === event.target.value)?.value ?? '')}
          {...field.aria}
        >
          {mayBeEmpty && !options.some((option) => option.text === '') && (
            <option value="">{t('miniapp.choose')}</option>
          )}
          {options.map((option) => (
            <option key={option.text} value={option.text}>
              {option.label}
            </option>
          ))}
        </select>
        <MiniIcon name="arrow-down" />
      </div>
    </FieldFrame>
  );
}

function MultiSelect(props: PartProps): JSX.Element {
  const field = useField(props);
  const [value, set] = useValue(props);
  const { options: listed, name } = propsOf(props.node);
  const options = optionsOf(listed);
  const chosen = new Set(listOf(value).map((entry) => textOf(entry) ?? ''));
  const toggle = (option: Option): void =>
    set(options.filter((other) => chosen.has(other.text) !== (other === option)).map((other) => other.value));
  return (
    <FieldGroup id={props.id} field={field}>
      <div className="mini-chips">
        {options.map((option) => (
          <label key={option.text} className="mini-chip">
            <input
              type="checkbox"
              name={textOf(name)}
              checked={chosen.has(option.text)}
              onChange={() => toggle(option)}
              {...field.aria}
              aria-required={undefined}
            />
            <MiniIcon name="check" />
            <span dir="auto">{option.label}</span>
          </label>
        ))}
      </div>
    </FieldGroup>
  );
}

function toggleField(kind: 'checkbox' | 'switch'): (props: PartProps) => JSX.Element {
  return function Toggle(props: PartProps): JSX.Element {
    const field = useField(props);
    const [value, set] = useValue(props);
    const { name } = propsOf(props.node);
    return (
      <div className={`mini-field mini-toggle ${kind}`} data-field={props.id}>
        <label className="mini-toggle-line">
          <input
            type="checkbox"
            role={kind === 'switch' ? 'switch' : undefined}
            name={textOf(name)}
            checked={value === true}
            aria-label={field.label === '' ? textOf(name) : undefined}
            onChange={(event) => set(event.target.checked)}
            {...field.aria}
          />
          {kind === 'checkbox' && (
            <span className="mini-check" aria-hidden="true">
              <MiniIcon name="check" />
            </span>
          )}
          <span className="mini-toggle-text" dir="auto">
            {field.label}
            {kind === 'checkbox' && field.required && <Star />}
          </span>
          {kind === 'switch' && <span className="mini-switch" aria-hidden="true" />}
        </label>
        <FieldError field={field} />
      </div>
    );
  };
}

export const choices: Parts = {
  select: Select,
  multi_select: MultiSelect,
  checkbox: toggleField('checkbox'),
  switch: toggleField('switch'),
};
