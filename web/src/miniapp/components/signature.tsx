import { useRef, useState, type PointerEvent } from 'react';
import { t } from '../../i18n';
import { listOf } from '../node';
import { useValue, type PartProps } from './context';
import { FieldError, Star, useField } from './field';
import type { Parts } from './NodeView';

/** x, y, x, y … in thousandths of the pad. */
type Stroke = readonly number[];

const STRAY = 4;
/** What the server takes. */
const MOST_STROKES = 200;
const MOST_NUMBERS = 8_000;

/** A pad to sign on with a finger, a pen or the mouse. */
function Signature(props: PartProps): JSX.Element {
  const field = useField(props);
  const [value, set] = useValue(props);
  const strokes = listOf(value) as readonly Stroke[];
  const [drawn, draw] = useState<Stroke | null>(null);
  const pad = useRef<SVGSVGElement>(null);
  const room = MOST_NUMBERS - strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  const place = (event: PointerEvent): readonly [number, number] => {
    const box = pad.current!.getBoundingClientRect();
    const part = (at: number, size: number): number => Math.round(Math.min(1, Math.max(0, at / size)) * 1000);
    return [part(event.clientX - box.left, box.width), part(event.clientY - box.top, box.height)];
  };
  const begin = (event: PointerEvent): void => {
    if (event.button !== 0 || strokes.length >= MOST_STROKES || room <= 2) return;
    pad.current?.setPointerCapture(event.pointerId);
    draw(place(event));
  };
  const move = (event: PointerEvent): void => {
    if (!drawn || drawn.length + 2 > room) return;
    const [x, y] = place(event);
    if (Math.hypot(x - drawn[drawn.length - 2]!, y - drawn[drawn.length - 1]!) >= STRAY) draw([...drawn, x, y]);
  };
  const end = (): void => {
    if (drawn) set([...strokes, drawn]);
    draw(null);
  };
  const all = drawn ? [...strokes, drawn] : strokes;
  const label = field.label === '' ? t('miniapp.signature') : field.label;
  return (
    <div className="mini-field" data-field={props.id}>
      <div className="mini-label-line">
        <span className="mini-label" id={field.inputId} dir="auto">
          {label}
          {field.required && <Star />}
        </span>
        {strokes.length > 0 && (
          <button type="button" className="mini-clear" onClick={() => set([])}>
            {t('miniapp.clear')}
          </button>
        )}
      </div>
      <div className="mini-pad">
        <svg
          ref={pad}
          className={field.error === null ? 'mini-signature' : 'mini-signature wrong'}
          viewBox="0 0 1000 1000"
          preserveAspectRatio="none"
          role="img"
          tabIndex={0}
          aria-label={`${label}: ${t(all.length > 0 ? 'miniapp.signature.done' : 'miniapp.signature.empty')}`}
          aria-describedby={field.aria['aria-describedby']}
          onPointerDown={begin}
          onPointerMove={move}
          onPointerUp={end}
          onPointerCancel={end}
        >
          <line className="mini-signature-line" x1={60} y1={780} x2={940} y2={780} />
          {all.map((stroke, index) => (
            <path key={index} d={strokePath(stroke)} />
          ))}
        </svg>
        {all.length === 0 && (
          <p className="mini-signature-hint" aria-hidden="true">
            {t('miniapp.signature.hint')}
          </p>
        )}
      </div>
      <FieldError field={field} />
    </div>
  );
}

export function strokePath(stroke: Stroke): string {
  if (!Array.isArray(stroke)) return '';
  let path = '';
  for (let at = 0; at + 1 < stroke.length; at += 2) {
    path += `${at === 0 ? 'M' : 'L'}${Number(stroke[at])} ${Number(stroke[at + 1])}`;
  }
  // A dot is a stroke that goes nowhere.
  return stroke.length === 2 ? `${path}h.01` : path;
}

export const signatures: Parts = { signature: Signature };
