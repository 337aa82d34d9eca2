import { memo } from 'react';

// Drawn on a 24-unit grid with a 1.8 stroke, in the colour of the text around.
const PATHS: Readonly<Record<string, string>> = {
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  check: 'M4.5 12.5l5 5 10-11',
  close: 'M6 6l12 12M18 6L6 18',
  search: 'M11 4.5a6.5 6.5 0 110 13 6.5 6.5 0 010-13zM15.8 15.8L20 20',
  cart: 'M3 4.5h2.5l2.3 11h9.7l2-8H6.3M9 20a1 1 0 100-.01M16.5 20a1 1 0 100-.01',
  home: 'M4 11l8-6.5 8 6.5M6 9.5v10h4.5v-6h3v6H18v-10',
  heart: 'M12 20C5 15.5 3.5 12 3.5 9a4.4 4.4 0 018.5-1.5A4.4 4.4 0 0120.5 9c0 3-1.5 6.5-8.5 11z',
  star: 'M12 3.6L14.3 9.4L20.6 9.8L15.7 13.8L17.3 19.9L12 16.5L6.7 19.9L8.3 13.8L3.4 9.8L9.7 9.4z',
  bell: 'M6 16.5V11a6 6 0 0112 0v5.5l1.5 1.5h-15zM10 20.5h4',
  calendar: 'M4.5 6h15v13.5h-15zM4.5 10h15M8.5 3.5V7M15.5 3.5V7',
  clock: 'M12 7v5l3.2 2M12 3.5a8.5 8.5 0 110 17 8.5 8.5 0 010-17z',
  user: 'M12 11.5a3.8 3.8 0 100-7.6 3.8 3.8 0 000 7.6zM4.8 20c0-8 14.4-8 14.4 0',
  users:
    'M9 11.5a3.3 3.3 0 100-6.6 3.3 3.3 0 000 6.6z' +
    'M2.8 19.5c0-7.3 12.4-7.3 12.4 0M15.5 5.2a3.2 3.2 0 010 6.1M17.5 14.3c2.3.6 3.8 2.4 3.8 5.2',
  chat: 'M4.5 5h15v11H12l-4.5 4v-4h-3z',
  send: 'M4.5 12L3.5 4.5 21 12 3.5 19.5zM4.5 12H12',
  gear:
    'M12 15.2a3.2 3.2 0 100-6.4 3.2 3.2 0 000 6.4z' +
    'M12 3.5v2.3M12 18.2v2.3M3.5 12h2.3M18.2 12h2.3M6 6l1.6 1.6M16.4 16.4L18 18M18 6l-1.6 1.6M7.6 16.4L6 18',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  edit: 'M4.5 19.5l.8-4L16 4.8l3.2 3.2L8.5 18.7zM13.5 7.3l3.2 3.2',
  share: 'M12 14.5v-10M8 8l4-4 4 4M5 12v7.5h14V12',
  qr: 'M4.5 4.5h5.5v5.5H4.5zM14 4.5h5.5v5.5H14zM4.5 14h5.5v5.5H4.5zM14 14h2v2h-2zM19.5 14v2M14 19.5h2M19 19.5h.5',
  ticket: 'M3.5 7h17v3.2a1.8 1.8 0 000 3.6V17h-17v-3.2a1.8 1.8 0 000-3.6zM14 7.5v2M14 11v2M14 14.5v2',
  map: 'M12 20.5c-4.5-4.5-6.5-7.5-6.5-10.5a6.5 6.5 0 0113 0c0 3-2 6-6.5 10.5zM12 12.2a2.3 2.3 0 100-4.6 2.3 2.3 0 000 4.6z',
  phone: 'M5 4.5h3.5l1.5 4-2 1.5c1 2.3 2.7 4 5 5l1.5-2 4 1.5V18c0 1-.8 1.7-1.8 1.6C10 19 5 14 4 6.2 3.9 5.3 4.3 4.5 5 4.5z',
  mail: 'M3.5 6h17v12.5h-17zM4 6.5l8 6.5 8-6.5',
  lock: 'M5.5 10.5h13v9.5h-13zM8.5 10.5V8a3.5 3.5 0 017 0v2.5M12 14v2.5',
  info: 'M12 11v5.5M12 7.7v.01M12 3.5a8.5 8.5 0 110 17 8.5 8.5 0 010-17z',
  warning: 'M12 9v5M12 16.8v.01M12 3.5l9 16H3z',
  'arrow-left': 'M19.5 12h-15M10.5 6l-6 6 6 6',
  'arrow-right': 'M4.5 12h15M13.5 6l6 6-6 6',
  'arrow-up': 'M12 19.5v-15M6 10.5l6-6 6 6',
  'arrow-down': 'M12 4.5v15M6 13.5l6 6 6-6',
  play: 'M7.5 4.5l12 7.5-12 7.5z',
  pause: 'M8.5 5v14M15.5 5v14',
  camera: 'M3.5 7.5H8l1.5-2.5h5L16 7.5h4.5v11.5h-17zM12 16.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7z',
  file: 'M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4',
  image: 'M4 5h16v14H4zM4 16l4.5-4.5 3.5 3.5 3-2.5 5 4M15 9.5v.01',
  money: 'M3.5 7h17v10h-17zM12 14.3a2.3 2.3 0 100-4.6 2.3 2.3 0 000 4.6zM6.5 10v4M17.5 10v4',
  gift:
    'M4 9h16v3.5H4zM5.5 12.5h13v7.5h-13zM12 9v11M12 9C8.5 9 7 8 7 6.5S8.5 4 9.7 4.7C11 5.5 12 7 12 9z' +
    'M12 9c3.5 0 5-1 5-2.5S15.5 4 14.3 4.7C13 5.5 12 7 12 9z',
  refresh: 'M19 12a7 7 0 11-2.2-5.1M19.5 4v4h-4',
  list: 'M8.5 6.5h11M8.5 12h11M8.5 17.5h11M4.5 6.5v.01M4.5 12v.01M4.5 17.5v.01',
  grid: 'M4.5 4.5h6v6h-6zM13.5 4.5h6v6h-6zM4.5 13.5h6v6h-6zM13.5 13.5h6v6h-6z',
  eye: 'M2.5 12C6.5 5 17.5 5 21.5 12 17.5 19 6.5 19 2.5 12zM12 14.8a2.8 2.8 0 100-5.6 2.8 2.8 0 000 5.6z',
};

/** They point along the line of writing, as the rows that they stand in do. */
const ALONG: ReadonlySet<string> = new Set(['arrow-left', 'arrow-right', 'send', 'list']);

export const hasIcon = (name: string): boolean => Object.prototype.hasOwnProperty.call(PATHS, name);

/** An icon that apps may name; nothing where there is none of that name. */
export const MiniIcon = memo(function MiniIcon({ name }: { readonly name: string }): JSX.Element | null {
  if (!hasIcon(name)) return null;
  return (
    <svg className={ALONG.has(name) ? 'icon along' : 'icon'} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
});
