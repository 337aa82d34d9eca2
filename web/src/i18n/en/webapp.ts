// Web mini-apps, in English. See `../en.ts`.

export const webapp = {
  'door.title': 'Open {app}?',
  'door.text': 'An address has led here, and you have not used this app before.',
  'door.learns': 'It learns your name and language, and may reach:',
  'door.unknown': 'It learns your name and language. Whom it tells is not known: it is not in the catalogue.',
  'webapp.settings': 'Settings',
  'webapp.ok': 'OK',
  'webapp.link.title': 'Open {host}?',
  'webapp.link.open': 'Open',
  'webapp.close.title': 'Close the app?',
  'webapp.close.text': 'What you have entered may be lost.',
  'webapp.close.anyway': 'Close anyway',
  'webapp.invoice.closed': 'This cannot be paid here.',
  'webapp.stopped.keyboard': '{app} wanted the keyboard while you were writing elsewhere, and was closed.',
  'webapp.stopped.noise': '{app} said more than can be listened to, and was closed.',
  'webapp.reaches': 'Its pages may reach',
  'webapp.reaches.nothing': 'Nothing but this server.',
} as const;
