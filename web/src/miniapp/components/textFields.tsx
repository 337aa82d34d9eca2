import { useEffect, useRef, useState, type ChangeEvent } from 'react';
import { IconButton } from '../../components/common/IconButton';
import { t } from '../../i18n';
import { directionOf } from '../../text/direction';
import { MiniIcon } from '../icons';
import { boolOf, numberOf, onOf, propsOf, textOf } from '../node';
import { useValue, useView, type PartProps } from './context';
import { FieldFrame, useField } from './field';
import type { Parts } from './NodeView';

/** A text field whose height follows what is written. */
function TextField(props: PartProps): JSX.Element {
  const field = useField(props);
  const [value, set] = useValue(props);
  const { name, placeholder, max_length: most, multiline } = propsOf(props.node);
  const text = textOf(value) ?? '';
  const common = {
    id: field.inputId,
    name: textOf(name),
    className: 'mini-input',
    dir: directionOf(text),
    value: text,
    placeholder: textOf(placeholder),
    'aria-label': field.label === '' ? textOf(placeholder) : undefined,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => set(event.target.value),
    ...field.aria,
  };
  const limit = numberOf(most);
  const left = limit === undefined ? null : limit - [...text].length;
  const aside =
    left !== null && left < Math.max(20, (limit ?? 0) / 10) ? (
      <span className={left < 0 ? 'mini-count over' : 'mini-count'} aria-hidden="true">
        {left}
      </span>
    ) : undefined;
  return (
    <FieldFrame id={props.id} field={field} aside={aside}>
      {boolOf(multiline) ? <Growing common={common} /> : <input type="text" {...common} />}
    </FieldFrame>
  );
}

type Common = Omit<JSX.IntrinsicElements['textarea'], 'ref'>;

function Growing({ common }: { readonly common: Common }): JSX.Element {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(320, element.scrollHeight + 2)}px`;
  }, [common.value]);
  return <textarea ref={area} rows={3} {...common} />;
}

/** One line of another kind than plain text: the browser brings the keyboard and the picker for it. */
function lineField(type: 'number' | 'tel' | 'date' | 'time'): (props: PartProps) => JSX.Element {
  return function LineField(props: PartProps): JSX.Element {
    const field = useField(props);
    const [value, set] = useValue(props);
    const { name, placeholder, min, max, integer } = propsOf(props.node);
    const picks = type === 'date' || type === 'time';
    return (
      <FieldFrame id={props.id} field={field}>
        <input
          id={field.inputId}
          name={textOf(name)}
          className="mini-input"
          // Numbers are typed as text: a browser gives nothing at all for "12,5" in a number field.
          type={type === 'number' ? 'text' : type}
          inputMode={type === 'number' ? (boolOf(integer) ? 'numeric' : 'decimal') : type === 'tel' ? 'tel' : undefined}
          autoComplete={type === 'tel' ? 'tel' : 'off'}
          min={picks ? textOf(min) : undefined}
          max={picks ? textOf(max) : undefined}
          placeholder={textOf(placeholder)}
          aria-label={field.label === '' ? textOf(placeholder) ?? textOf(name) : undefined}
          value={textOf(value) ?? ''}
          onChange={(event) => set(event.target.value)}
          {...field.aria}
        />
      </FieldFrame>
    );
  };
}

const REST_MS = 300;

/** What is typed is sent when the keys rest. While it has the focus, the words are the person's. */
function SearchField({ node, id }: PartProps): JSX.Element {
  const view = useView();
  const { on, placeholder, value } = propsOf(node);
  const action = onOf(on);
  const [text, setText] = useState(textOf(value) ?? '');
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => {
    if (document.activeElement !== input.current) setText(textOf(value) ?? '');
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: string, rest: number): void => {
    setText(next);
    clearTimeout(timer.current);
    if (action) timer.current = setTimeout(() => view.act({ on: action, by: id, value: next }), rest);
  };
  const words = textOf(placeholder) ?? t('miniapp.search');
  return (
    <div className="mini-search" role="search" data-field={id}>
      <MiniIcon name="search" />
      <input
        ref={input}
        type="search"
        dir={directionOf(text)}
        value={text}
        placeholder={words}
        aria-label={words}
        enterKeyHint="search"
        onChange={(event) => change(event.target.value, REST_MS)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.preventDefault();
        }}
      />
      {text !== '' && (
        <IconButton
          icon="close"
          label={t('miniapp.clear')}
          onClick={() => {
            change('', 0);
            input.current?.focus();
          }}
        />
      )}
    </div>
  );
}

export const texts: Parts = {
  text_field: TextField,
  number_field: lineField('number'),
  phone_field: lineField('tel'),
  date_field: lineField('date'),
  time_field: lineField('time'),
  search_field: SearchField,
};
