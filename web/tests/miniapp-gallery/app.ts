// The gallery's app: what a Lua app would draw, and do.
import type { ClientFrame, Failure, Node, Note, Props } from '../../src/miniapp/node';
import { dataPage, inputsPage, showPage } from './pages';

export interface Session {
  readonly page: string;
  readonly query: Readonly<Record<string, string>>;
  readonly windows: Record<string, { from: number; count: number }>;
}

export const ui = (t: string, p: Props & { key?: string | number } = {}, n: readonly (Node | false)[] = []): Node => {
  const { key, ...props } = p;
  const children = n.filter((child): child is Node => child !== false);
  return {
    t,
    ...(key === undefined ? {} : { k: key }),
    ...(Object.keys(props).length > 0 ? { p: props } : {}),
    ...(children.length > 0 ? { n: children } : {}),
  };
};
const shape = (p: Props & { readonly id: string }): Node => ui('shape', { key: p.id, ...p });

export const text = (words: string, more: Props = {}): Node => ui('text', { text: words, ...more });

export const state = {
  count: 2,
  notify: true,
  sort: 'new',
  search: '',
  asked: false,
  removed: new Set<number>(),
  ball: { x: 60, y: 60 },
  over: 0,
  guests: 2,
};

export function draw(session: Session): Node | null {
  switch (session.page) {
    case 'home':
      return homePage();
    case 'show':
      return showPage();
    case 'inputs':
      return inputsPage(session.query);
    case 'data':
      return dataPage();
    case 'play':
      return playPage();
    case 'list':
      return listPage(session);
    default:
      return null;
  }
}

const ITEMS = ['Spanish tortilla', 'Shakshuka', 'Pelmeni with butter', 'Okonomiyaki'];

function homePage(): Node {
  const rows = ITEMS.map((title, id) => ({ title, id })).filter(({ id }) => !state.removed.has(id));
  return ui('page', { title: 'Cart' }, [
    ui('section', { title: 'Pages' }, [
      ui('grid', { columns: 2, gap: 3 },
        [['show', 'What it shows', 'eye'], ['inputs', 'Inputs', 'edit'], ['data', 'Data', 'list'], ['play', 'Play', 'play'],
          ['list', 'A long list', 'grid'], ['broken', 'A mistake', 'warning']].map(([page, title, icon]) =>
          ui('card', { to: { page, query: {} } }, [ui('icon', { name: icon, color: 'accent' }),
            text(title!, { weight: 'bold' })]))),
    ]),
    rows.length === 0
      ? ui('empty', { title: 'Your cart is empty', text: 'What you put in is kept until you pay.', icon: 'cart' })
      : ui('list', { key: 'items', count: rows.length, from: 0, height: 56 }, rows.map(({ title, id }) =>
          ui('row', { key: id, gap: 3 }, [
            ui('avatar', { name: title, size: 's' }),
            ui('column', { gap: 0 }, [text(title), text('Two portions', { style: 'caption' })]),
            ui('money', { amount: 49_900 + id * 5_000, currency: 'RUB', weight: 'bold' }),
            ui('button', { text: 'Remove', on: ['remove', id], style: 'danger' }),
          ]))),
    state.asked && ui('dialog', { title: 'Pay now?', on: ['ask', false] }, [
      text('The amount is reserved at once, and taken when the courier comes.'),
      ui('text_field', { name: 'note', label: 'Note for the courier' }),
      ui('button', { text: 'Agree', style: 'primary', full: true, on: ['pay'] }),
    ]),
    ui('main_button', { text: `Pay ${(rows.length * 499).toLocaleString('en')} ₽`, on: ['ask', true], icon: 'cart',
      disabled: rows.length === 0 }),
  ]);
}

function playPage(): Node {
  const { x, y } = state.ball;
  return ui('page', { title: 'Play' }, [
    ui('card', {}, [
      ui('canvas', {
        width: 320, height: 220, label: 'A field with a ball', on: ['move'],
      }, [
        shape({ id: 'grass', kind: 'rect', x: 0, y: 0, w: 320, h: 220, r: 10, fill: '#dcebd5' }),
        shape({ id: 'net', kind: 'line', x: 160, y: 10, x2: 160, y2: 210, stroke: '#8aa37d', width: 2 }),
        shape({ id: 'hill', kind: 'path', d: 'M0 60L30 0L60 60Z', x: 240, y: 120, fill: 'warning', opacity: 0.5 }),
        shape({ id: 'pic', kind: 'image', src: 'assets/lake.svg', x: 180, y: 20, w: 80, h: 50 }),
        shape({ id: 'ball', kind: 'circle', x, y, r: 18, fill: 'accent', ease: 400 }),
        shape({ id: 'name', kind: 'text', text: 'Tap!', x, y: y - 30, h: 14, fill: '#1c2022', ease: 400 }),
      ]),
    ]),
    ui('section', { title: 'Time' }, [
      ui('row', {}, [text('The sale ends in'), ui('spacer'), ui('timer', { until: START + 95_000, style: 'countdown' })]),
      ui('row', {}, [text('You are here since'), ui('spacer'),
        ui('timer', { until: START - 3_725_000, style: 'elapsed' })]),
      ui('row', {}, [text(`Over ${state.over} times`), ui('spacer'), ui('timer', { until: START + 2_000, on: ['over'] })]),
    ]),
    ui('section', { title: 'Count' }, [
      ui('row', {}, [
        text(`Pressed ${state.count} times`, { weight: 'bold' }), ui('spacer'),
        ui('button', { text: 'Plus', icon: 'plus', on: ['plus'] }),
        ui('button', { text: 'Fail', on: ['fail'], style: 'plain' }),
      ]),
      ui('button', { text: 'Slow', on: ['slow'], style: 'primary', full: true }),
      ui('button', { text: 'Delete all', on: ['plus'], style: 'danger', confirm: 'Delete all that you have counted?',
        full: true }),
    ]),
  ]);
}

const START = Date.now();

function listPage(session: Session): Node {
  const { from, count } = session.windows['people'] ?? { from: 0, count: 30 };
  const total = 5_000;
  const rows = Array.from({ length: Math.min(count, total - from) }, (_, index) => from + index);
  return ui('page', { title: 'Five thousand people' }, [
    ui('search_field', { on: ['search'], placeholder: 'Search people', value: state.search }),
    ui('list', { key: 'people', count: total, from, height: 64 }, rows.map((row) =>
      ui('row', { key: row, gap: 3 }, [
        ui('avatar', { name: `Person ${row + 1}`, seed: row, size: 's' }),
        ui('column', { gap: 0 }, [text(`Person ${row + 1}`), text(`Row ${row + 1} of ${total}`, { style: 'caption' })]),
        row % 7 === 0 && ui('badge', { text: 'new', color: 'accent' }),
      ]))),
  ]);
}

export function act(
  session: Session,
  frame: Extract<ClientFrame, { op: 'view.act' }>,
): { notes?: readonly Note[]; error?: Failure; slow?: number } {
  const [name, argument] = frame.on;
  const value = frame.value as never;
  switch (name) {
    case 'remove':
      state.removed.add(argument as number);
      return { notes: [{ kind: 'toast', text: `${ITEMS[argument as number]} is out of the cart.` }] };
    case 'ask':
      state.asked = argument === true;
      return {};
    case 'pay':
      state.asked = false;
      return { notes: [{ kind: 'go', page: 'show', query: {} }] };
    case 'plus':
      state.count += 1;
      return {};
    case 'slow':
      return { slow: 2_500 };
    case 'fail':
      return { error: { code: 'app_failed', message: 'The app has made a mistake.' } };
    case 'move':
      state.ball = value;
      return {};
    case 'over':
      state.over += 1;
      return {};
    case 'notify':
      state.notify = value;
      return { slow: 400 };
    case 'sort':
      state.sort = value;
      return {};
    case 'guests':
      state.guests = value;
      return { slow: 300 };
    case 'search':
      state.search = value;
      return {};
    case 'book':
      return (frame.values as { name?: string }).name === 'taken'
        ? { notes: [{ kind: 'invalid', fields: { name: 'Somebody has this name already.' } }] }
        : { notes: [{ kind: 'toast', text: 'Booked. See you on Friday!' }], slow: 500 };
    default:
      return session.page === '' ? {} : { notes: [{ kind: 'toast',
        text: `${name}: ${JSON.stringify(frame.value ?? argument ?? null)}` }] };
  }
}
