import { memo } from 'react';

// Drawn on a 24-unit grid with a 1.8 stroke, in the colour of the text around.
const PATHS = {
  apps: 'M4.5 4.5h6v6h-6zM13.5 4.5h6v6h-6zM4.5 13.5h6v6h-6zM16.5 13.5v6M13.5 16.5h6',
  back: 'M15 5l-7 7 7 7',
  bot: 'M5 10.5h14v8.5H5zM12 6v4.5M12 4.5v.01M9.5 14v1.5M14.5 14v1.5',
  check: 'M4.5 12.5l5 5 10-11',
  checks: 'M1.5 12.5l4.5 5 9-11M11 17l.5.5 10-11',
  clock: 'M12 7v5l3.2 2M12 3.5a8.5 8.5 0 110 17 8.5 8.5 0 010-17z',
  close: 'M6 6l12 12M18 6L6 18',
  console: 'M4.5 6.5h15M4.5 12h15M4.5 17.5h15M9 4.7v3.6M15 10.2v3.6M7.5 15.7v3.6',
  copy: 'M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9',
  down: 'M6 9.5l6 6 6-6',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14',
  edit: 'M4.5 19.5l.8-4L16 4.8l3.2 3.2L8.5 18.7zM13.5 7.3l3.2 3.2',
  external: 'M9 6h9v9M18 6L7 17',
  file: 'M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4',
  flag: 'M6 20.5V4.5M6 5c4-2 7 2.5 12 .3v8.4C13 16 10 11.5 6 13.5',
  group:
    'M9 11.5a3.3 3.3 0 100-6.6 3.3 3.3 0 000 6.6z' +
    'M2.8 19.5c0-7.3 12.4-7.3 12.4 0M15.5 5.2a3.2 3.2 0 010 6.1M17.5 14.3c2.3.6 3.8 2.4 3.8 5.2',
  leave: 'M14 4.5H5.5v15H14M10.5 12h10M17 8.5l3.5 3.5-3.5 3.5',
  more: 'M5.5 11.5a.5.5 0 100 1 .5.5 0 100-1M12 11.5a.5.5 0 100 1 .5.5 0 100-1M18.5 11.5a.5.5 0 100 1 .5.5 0 100-1',
  menu: 'M4.5 7h15M4.5 12h15M4.5 17h15',
  newChat: 'M12 4.5H5.5v14h14V12M10 14l.5-3L18 3.5l2.5 2.5L13 13.5z',
  paperclip: 'M19.5 11.5l-7.6 7.6a5 5 0 01-7-7l8-8a3.3 3.3 0 014.7 4.7l-8 8a1.7 1.7 0 01-2.4-2.4l7.3-7.3',
  person: 'M12 11.5a3.8 3.8 0 100-7.6 3.8 3.8 0 000 7.6zM4.8 20c0-8 14.4-8 14.4 0',
  plus: 'M12 5v14M5 12h14',
  reply: 'M10 6l-6 5.5 6 5.5v-3.5c5 0 8 1.5 10 4.5-.6-5-3.5-8.5-10-9z',
  retry: 'M19 12a7 7 0 11-2.2-5.1M19.5 4v4h-4',
  search: 'M11 4.5a6.5 6.5 0 110 13 6.5 6.5 0 010-13zM15.8 15.8L20 20',
  shield: 'M12 3.5l7 2.5v5.5c0 4.5-3 7.6-7 9-4-1.4-7-4.5-7-9V6z',
  send: 'M4.5 12L3.5 4.5 21 12 3.5 19.5zM4.5 12H12',
  star: 'M12 3.6L14.3 9.4L20.6 9.8L15.7 13.8L17.3 19.9L12 16.5L6.7 19.9L8.3 13.8L3.4 9.8L9.7 9.4z',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  upload: 'M12 15V4M7.5 8L12 3.5 16.5 8M5 19.5h14',
  verified:
    'M15.3 4.1a3.6 3.6 0 014.7 4.7a3.6 3.6 0 010 6.6a3.6 3.6 0 01-4.7 4.7a3.6 3.6 0 01-6.6 0' +
    'a3.6 3.6 0 01-4.7-4.7a3.6 3.6 0 01-0-6.6a3.6 3.6 0 014.7-4.7a3.6 3.6 0 016.6-0zM8.4 12.2l2.5 2.5 4.7-5',
  wallet: 'M4 7.5h15v12H4zM4 7.5l11-3.5v3.5M15.5 13.5h3.5',
  money: 'M3.5 7h17v10h-17zM12 14.3a2.3 2.3 0 100-4.6 2.3 2.3 0 000 4.6zM6.5 10v4M17.5 10v4',
  warning: 'M12 8v5M12 16.2v.01M12 3.5l9 16H3z',
} as const;

export type IconName = keyof typeof PATHS;

/** They point along the line of writing. */
const ALONG: ReadonlySet<IconName> = new Set<IconName>(['back', 'send', 'reply', 'leave', 'external']);

export const Icon = memo(function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg className={ALONG.has(name) ? 'icon along' : 'icon'} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
});
