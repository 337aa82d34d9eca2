import { memo, useLayoutEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { t } from '../../i18n';
import { between, isSame, movingOf, type Moving } from '../ease';
import { childrenOf, numberOf, oneOf, onOf, propsOf, textOf, type Props } from '../node';
import { paint, pathData } from '../safe';
import { useView, type PartProps } from './context';
import { useAsset } from './media';
import type { Parts } from './NodeView';

const MOST_SHAPES = 2_000;
/** Steps of the keyboard's cross over the whole width. */
const KEY_STEPS = 24;

/** A drawing of shapes with names. A tap says where, and on which shape. */
function Canvas({ node, id }: PartProps): JSX.Element {
  const view = useView();
  const svg = useRef<SVGSVGElement>(null);
  const [cross, setCross] = useState<readonly [number, number] | null>(null);
  const props = propsOf(node);
  const width = Math.max(1, numberOf(props['width']) ?? 300);
  const height = Math.max(1, numberOf(props['height']) ?? 200);
  const action = onOf(props['on']);
  const label = textOf(props['label']) ?? t('miniapp.canvas');
  const shapes = childrenOf(node).slice(0, MOST_SHAPES).map(propsOf);

  const tapAt = (x: number, y: number, shape: string | undefined): void => {
    if (!action) return;
    // The id as the app gave it, which may be a number.
    const hit = shapes.find((one) => shape !== undefined && textOf(one['id']) === shape)?.['id'];
    const value = { x: Math.round(x * 100) / 100, y: Math.round(y * 100) / 100, ...(hit === undefined ? {} : { shape: hit }) };
    view.act({ on: action, by: id, value });
  };
  const tap = (event: PointerEvent): void => {
    const box = svg.current!.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = ((event.clientY - box.top) / box.height) * height;
    tapAt(x, y, shapeAt(event.target));
  };
  // By keys: a cross is moved over the drawing, and Enter taps where it is.
  const onKeyDown = (event: KeyboardEvent): void => {
    const [x, y] = cross ?? [width / 2, height / 2];
    const step = Math.max(width, height) / KEY_STEPS;
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    const move = moves[event.key];
    if (move) setCross([clamp(x + move[0], width), clamp(y + move[1], height)]);
    else if (event.key === 'Enter' || event.key === ' ') tapByKey(x, y);
    else return;
    event.preventDefault();
  };
  const tapByKey = (x: number, y: number): void => {
    const box = svg.current!.getBoundingClientRect();
    const hit = document
      .elementsFromPoint(box.left + (x / width) * box.width, box.top + (y / height) * box.height)
      .find((element) => svg.current!.contains(element) && shapeAt(element) !== undefined);
    tapAt(x, y, shapeAt(hit ?? null));
  };
  return (
    <svg
      ref={svg}
      className={action ? 'mini-canvas live' : 'mini-canvas'}
      viewBox={`0 0 ${width} ${height}`}
      style={{ aspectRatio: `${width} / ${height}` }}
      role={action ? 'application' : 'img'}
      aria-label={action ? `${label}. ${t('miniapp.canvas.keys')}` : label}
      tabIndex={action ? 0 : undefined}
      onPointerUp={action ? tap : undefined}
      onKeyDown={action ? onKeyDown : undefined}
      onBlur={() => setCross(null)}
    >
      {shapes.map((shape, index) => (
        <Shape key={textOf(shape['id']) ?? `#${index}`} shape={shape} />
      ))}
      {cross && (
        <g className="mini-cross" transform={`translate(${cross[0]} ${cross[1]})`}>
          <path d={`M${-width / 30} 0H${width / 30}M0 ${-width / 30}V${width / 30}`} />
        </g>
      )}
    </svg>
  );
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));

const shapeAt = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? target.closest('[data-shape]')?.getAttribute('data-shape') ?? undefined : undefined;

const KINDS = ['rect', 'circle', 'line', 'text', 'image', 'path'] as const;

/** One shape. A new place with `ease` is moved to, frame by frame, without React drawing anything in between. */
const Shape = memo(
  function Shape({ shape }: { readonly shape: Props }): JSX.Element | null {
    const group = useRef<SVGGElement>(null);
    const shown = useRef<Moving | null>(null);
    const target = movingOf(shape);
    const ease = numberOf(shape['ease']) ?? 0;
    const kind = oneOf(shape['kind'], KINDS);
    useLayoutEffect(() => {
      const element = group.current;
      const from = shown.current;
      shown.current = target;
      if (!element) return;
      place(element, kind, target);
      if (!from || ease <= 0 || isSame(from, target) || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      const begin = performance.now();
      let frame = 0;
      const step = (time: number): void => {
        const part = (time - begin) / ease;
        const now = between(from, target, part);
        shown.current = now;
        place(element, kind, now);
        if (part < 1) frame = requestAnimationFrame(step);
      };
      step(begin);
      return () => cancelAnimationFrame(frame);
    }, [JSON.stringify(target), kind, ease]);
    const id = textOf(shape['id']);
    const width = numberOf(shape['width']);
    return (
      <g ref={group} data-shape={id} fill={paint(shape['fill'])} stroke={paint(shape['stroke'])} strokeWidth={width ?? 2}>
        <Drawn kind={kind} shape={shape} />
      </g>
    );
  },
  (before, after) => JSON.stringify(before.shape) === JSON.stringify(after.shape),
);

function Drawn({ kind, shape }: { readonly kind: (typeof KINDS)[number]; readonly shape: Props }): JSX.Element | null {
  switch (kind) {
    case 'rect':
      return <rect stroke={paint(shape['stroke']) ?? 'none'} />;
    case 'circle':
      return <circle stroke={paint(shape['stroke']) ?? 'none'} />;
    case 'line':
      return <line stroke={paint(shape['stroke']) ?? paint(shape['fill']) ?? 'var(--ink)'} strokeLinecap="round" />;
    case 'text':
      return (
        <text stroke="none" fill={paint(shape['fill']) ?? 'var(--ink)'} fontSize={numberOf(shape['h']) ?? 16} textAnchor="middle">
          {textOf(shape['text'])}
        </text>
      );
    case 'path':
      return <path d={pathData(shape['d'])} stroke={paint(shape['stroke']) ?? 'none'} />;
    case 'image':
      return <Picture src={shape['src']} />;
  }
}

function Picture({ src }: { readonly src: unknown }): JSX.Element | null {
  const url = useAsset(src);
  return <image href={url === null || url === 'failed' ? undefined : url} />;
}

/** Writes the numbers of a shape into its element. */
function place(group: SVGGElement, kind: (typeof KINDS)[number], at: Moving): void {
  const { x = 0, y = 0, w = 0, h = 0, r = 0, x2 = x, y2 = y, opacity = 1, rotate = 0 } = at;
  const inner = group.firstElementChild;
  const put = (values: Readonly<Record<string, number>>): void => {
    for (const [name, value] of Object.entries(values)) inner?.setAttribute(name, String(Math.round(value * 1000) / 1000));
  };
  if (kind === 'rect') put({ x, y, width: Math.max(0, w), height: Math.max(0, h), rx: Math.max(0, r) });
  else if (kind === 'circle') put({ cx: x, cy: y, r: Math.max(0, r) });
  else if (kind === 'line') put({ x1: x, y1: y, x2, y2 });
  else if (kind === 'text') put({ x, y });
  else if (kind === 'image') put({ x, y, width: Math.max(0, w), height: Math.max(0, h) });
  group.setAttribute('opacity', String(opacity));
  const moved = kind === 'path' ? `translate(${x} ${y})` : '';
  const [cx, cy] = kind === 'rect' || kind === 'image' ? [x + w / 2, y + h / 2] : kind === 'path' ? [0, 0] : [x, y];
  const turned = rotate === 0 ? '' : `rotate(${rotate} ${cx} ${cy})`;
  group.setAttribute('transform', `${moved} ${turned}`.trim());
}

export const canvas: Parts = { canvas: Canvas };
