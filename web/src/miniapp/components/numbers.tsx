import { useEffect, useRef, useState, type CSSProperties } from 'react';
import { locale, t } from '../../i18n';
import { MiniIcon } from '../icons';
import { numberOf, propsOf, textOf } from '../node';
import { useValue, type PartProps } from './context';
import { FieldError, FieldFrame, FieldGroup, useField } from './field';
import type { Parts } from './NodeView';

const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });

/** How long a slider rests before its value is the person's wish. */
const REST_MS = 150;

function Slider(props: PartProps): JSX.Element {
  const field = useField(props);
  const [value, set] = useValue(props);
  const { name, min, max, step } = propsOf(props.node);
  const least = numberOf(min) ?? 0;
  const most = Math.max(least, numberOf(max) ?? 100);
  // While it is dragged, it is where the finger is; what is sent follows when it rests.
  const [dragged, drag] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  const shown = Math.min(most, Math.max(least, dragged ?? numberOf(value) ?? least));
  const change = (next: number): void => {
    drag(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      set(next);
      drag(null);
    }, REST_MS);
  };
  const part = most > least ? (shown - least) / (most - least) : 0;
  return (
    <FieldFrame
      id={props.id}
      field={field}
      aside={
        <output className="mini-slider-value" htmlFor={field.inputId}>
          {format.format(shown)}
        </output>
      }
    >
      <input
        id={field.inputId}
        name={textOf(name)}
        className="mini-slider"
        type="range"
        min={least}
        max={most}
        step={numberOf(step) ?? 1}
        value={shown}
        aria-label={field.label === '' ? textOf(name) : undefined}
        style={{ '--part': `${part * 100}%` } as CSSProperties}
        onChange={(event) => change(Number(event.target.value))}
        {...field.aria}
        aria-required={undefined}
      />
    </FieldFrame>
  );
}

function Stepper(props: PartProps): JSX.Element {
  const field = useField(props);
  const [value, set] = useValue(props);
  const { min, max } = propsOf(props.node);
  const least = numberOf(min) ?? 0;
  const most = numberOf(max) ?? Number.MAX_SAFE_INTEGER;
  const now = numberOf(value) ?? least;
  const to = (next: number): void => set(Math.min(most, Math.max(least, next)));
  return (
    <div className="mini-field mini-stepper-field" data-field={props.id}>
      {field.label !== '' && (
        <span className="mini-toggle-text" id={field.inputId} dir="auto">
          {field.label}
        </span>
      )}
      <div
        className="mini-stepper"
        role="group"
        aria-label={field.label === '' ? t('miniapp.number') : undefined}
        aria-labelledby={field.label === '' ? undefined : field.inputId}
        aria-describedby={field.aria['aria-describedby']}
      >
        <button type="button" aria-label={t('miniapp.less')} disabled={now <= least} onClick={() => to(now - 1)}>
          <MiniIcon name="minus" />
        </button>
        <output aria-live="polite">{format.format(now)}</output>
        <button type="button" aria-label={t('miniapp.more')} disabled={now >= most} onClick={() => to(now + 1)}>
          <MiniIcon name="plus" />
        </button>
      </div>
      <FieldError field={field} />
    </div>
  );
}

function Rating(props: PartProps): JSX.Element {
  const field = useField(props);
  const [value, set] = useValue(props);
  const most = Math.min(10, Math.max(1, Math.round(numberOf(propsOf(props.node)['max']) ?? 5)));
  const now = numberOf(value) ?? 0;
  return (
    <FieldGroup id={props.id} field={field}>
      <div className="mini-rating">
        {Array.from({ length: most }, (_, index) => index + 1).map((stars) => (
          <label key={stars} className={stars <= now ? 'on' : ''} title={String(stars)}>
            <input
              type="radio"
              name={field.inputId}
              checked={stars === now}
              aria-label={t('miniapp.stars', { count: stars })}
              onChange={() => set(stars)}
              // The same one again takes the rating back.
              onClick={() => stars === now && set(0)}
            />
            <MiniIcon name="star" />
          </label>
        ))}
      </div>
    </FieldGroup>
  );
}

export const numbers: Parts = { slider: Slider, stepper: Stepper, rating: Rating };
