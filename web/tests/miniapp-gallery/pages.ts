// The larger pages of the gallery.
import type { Node } from '../../src/miniapp/node';
import { state, text, ui } from './app';

const ICONS =
  'plus minus check close search cart home heart star bell calendar clock user users chat send gear trash edit share qr ' +
  'ticket map phone mail lock info warning arrow-left arrow-right arrow-up arrow-down play pause camera file image money gift ' +
  'refresh list grid eye';
const COLORS = ['accent', 'muted', 'danger', 'success', 'warning'];

export function showPage(): Node {
  return ui('page', { title: 'What it shows' }, [
    ui('card', {}, [
      ui('image', { src: 'assets/lake.svg', alt: 'A lake below mountains', ratio: 1.9, rounded: true }),
      text('Lake Ladoga by night train', { style: 'title' }),
      text('Sleeper from Moscow, breakfast on the shore, back on Sunday evening.', { color: 'muted' }),
      ui('row', {}, [ui('badge', { text: 'Nature', color: 'success' }), ui('badge', { text: '2 nights' }), ui('spacer'),
        ui('money', { amount: 1_249_000, currency: 'RUB', style: 'heading' })]),
    ]),
    ui('section', { title: 'Words', footer: 'A section may end with a note such as this one.' }, [
      text('A heading', { style: 'heading' }),
      text('Ordinary words, with **bold**, *italic*, `code` and [a link](https://example.org/) in them.', { markup: true }),
      text('A caption', { style: 'caption' }),
      text('local stoa = require "stoa"', { style: 'code' }),
      ui('row', { wrap: true, gap: 3 }, COLORS.map((color) => text(color, { color, weight: 'bold' }))),
      ui('row', { wrap: true }, ['plain', ...COLORS].map((color) => ui('badge', { text: color, color }))),
      text('In the middle', { align: 'center' }),
      text('<b>no markup</b> & <script>alert(1)</script>', { align: 'end' }),
      ui('divider'),
      ui('row', {}, [ui('link', { text: 'Another page', to: { page: 'data', query: {} } }), ui('spacer'),
        ui('link', { text: 'Outside', url: 'https://example.org/' }),
          ui('link', { text: 'Not safe', url: 'javascript:alert(1)' })]),
    ]),
    ui('section', { title: 'People and times' }, [
      ui('row', { gap: 3 }, ['s', 'm', 'l'].map((size) => ui('avatar', { name: 'Mia Wong', seed: 12, size }))),
      ui('row', {}, [text('Joined'), ui('spacer'), ui('date', { at: 1_764_500_000_000, style: 'date' })]),
      ui('row', {}, [text('Seen'), ui('spacer'), ui('date', { at: Date.now() - 320_000, style: 'relative' })]),
      ui('row', {}, [text('Due'), ui('spacer'), ui('date', { at: 1_764_500_000_000 })]),
      ui('row', {}, [text('Yen'), ui('spacer'), ui('money', { amount: 12_000, currency: 'JPY' })]),
    ]),
    ui('section', { title: 'Buttons' }, [
      ui('row', { wrap: true }, ['primary', 'secondary', 'danger', 'plain'].map((style) => ui('button',
        { text: style, style, on: ['press', style] }))),
      ui('row', { wrap: true }, [ui('button', { text: 'Disabled', disabled: true, on: ['x'] }),
        ui('button', { text: 'Share', icon: 'share', on: ['share'] }),
        ui('button', { icon: 'heart', on: ['like'] })]),
      ui('button', { text: 'Full width', style: 'primary', full: true, icon: 'ticket', on: ['full'] }),
    ]),
    ui('tabs', { selected: 1 }, [
      ui('tab', { title: 'Waiting' }, [
        ui('card', {}, [ui('progress', { value: 0.64, label: 'Uploading' }),
          ui('progress', { label: 'Looking for a driver' }), ui('skeleton', { lines: 3 })]),
      ]),
      ui('tab', { title: 'Empty' }, [ui('card', {}, [ui('empty',
        { title: 'No orders yet', text: 'They appear here as soon as you have made one.', icon: 'gift' })])]),
      ui('tab', { title: 'Broken' }, [ui('card', {}, [ui('image',
        { src: 'assets/none.png', alt: 'A picture that is not there', ratio: 2 }),
        ui('image', { src: 'https://example.org/x.png', alt: 'A picture from outside' }),
          ui('no_such_component', {}, [text('never seen')])])]),
    ]),
    ui('section', { title: 'Icons' }, [
      ui('grid', { columns: 6, gap: 4 }, ICONS.split(' ').map((name) => ui('column', { align: 'center' }, [ui('icon',
        { name, label: name })]))),
    ]),
    ui('card', { on: ['card'], label: 'A card to press' }, [
      ui('row', { gap: 3 }, [ui('icon', { name: 'ticket', color: 'accent', size: 'l' }),
        ui('column', { gap: 0 }, [text('A card to press', { weight: 'bold' }),
          text('With a button of its own', { style: 'caption' })]),
        ui('button', { text: 'More', on: ['more'] })]),
    ]),
    ui('main_button', { text: 'Book for two', on: ['book_now'] }),
  ]);
}

export function inputsPage(query: Readonly<Record<string, string>>): Node {
  return ui('page', { title: query['from'] ? 'Inputs, from the chat' : 'Inputs' }, [
    ui('section', { title: 'At once' }, [
      ui('switch', { label: 'Tell me about offers', on: ['notify'], value: state.notify }),
      ui('divider'),
      ui('stepper', { label: 'Guests', on: ['guests'], value: state.guests, min: 1, max: 12 }),
      ui('select', { label: 'Sort', on: ['sort'], value: state.sort, options: [{ value: 'new', label: 'Newest first' },
        { value: 'cheap', label: 'Cheapest first' }] }),
      text(`Stored: ${state.sort}, ${state.notify ? 'on' : 'off'}, ${state.guests}`, { style: 'caption' }),
    ]),
    ui('section', { title: 'A table for you', footer: 'We keep the table for fifteen minutes.' }, [
      ui('form', { on: ['book'], submit: 'Book the table' }, [
        ui('text_field', { name: 'name', label: 'Name', required: true, min_length: 2, max_length: 40,
          placeholder: 'As on the list' }),
        ui('phone_field', { name: 'phone', label: 'Phone', required: true }),
        ui('row', { gap: 3, align: 'start' }, [
          ui('date_field', { name: 'day', label: 'Day', required: true, min: '2026-01-01' }),
          ui('time_field', { name: 'time', label: 'Time', value: '19:30' }),
        ]),
        ui('row', { gap: 3, align: 'start' }, [
          ui('number_field', { name: 'people', label: 'People', integer: true, min: 1, max: 20, value: 4 }),
          ui('select', { name: 'place', label: 'Where', options: ['Inside', 'Terrace', 'Bar'], required: true }),
        ]),
        ui('text_field', { name: 'code', label: 'Voucher', pattern: '[A-Z]{3}-\\d{3}', pattern_text: 'Like ABC-123' }),
        ui('multi_select', { name: 'diet', label: 'We eat', options: ['Everything', 'Vegetarian', 'Vegan', 'Halal',
          'No nuts'], value: ['Vegetarian'], max: 3 }),
        ui('slider', { name: 'budget', label: 'Budget', min: 500, max: 5000, step: 100, value: 1800 }),
        ui('stepper', { name: 'chairs', label: 'High chairs', max: 4 }),
        ui('rating', { name: 'stars', label: 'Last time it was', value: 4 }),
        ui('text_field', { name: 'wish', label: 'Wishes', multiline: true, max_length: 300 }),
        ui('photo_field', { name: 'photo', label: 'Photo of the cake', max: 2 }),
        ui('file_field', { name: 'menu', label: 'Menu', accept: '.pdf' }),
        ui('scanner', { name: 'card', label: 'Guest card' }),
        ui('signature', { name: 'sign', label: 'Signature', required: true }),
        ui('switch', { name: 'window', label: 'At a window' }),
        ui('checkbox', { name: 'terms', label: 'I come, or call to say that I do not', required: true }),
      ]),
    ]),
  ]);
}

export function dataPage(): Node {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'];
  return ui('page', { title: 'Data' }, [
    ui('section', { title: 'Charts' }, [
      ui('chart', { kind: 'line', label: 'Orders', labels: months, series: [{ title: 'Orders', values: [120, 180, 150,
        230, 310, 290] }] }),
      ui('chart', { kind: 'bar', label: 'Income and costs', labels: months,
        series: [{ title: 'Income', values: [42_000, 51_000, 47_500, 61_000, 72_000, 69_000] },
          { title: 'Costs', values: [30_000, 33_000, 36_000, 41_000, 40_000, 43_000] }] }),
      ui('chart', { kind: 'pie', label: 'What sells', labels: ['Coffee', 'Tea', 'Cake', 'Other'],
        series: [{ title: 'Share', values: [48, 21, 19, 12] }] }),
    ]),
    ui('section', { title: 'Table' }, [
      ui('table', { caption: 'League after five games', columns: ['Team', { title: 'Games', align: 'end' },
        { title: 'Points', align: 'end' }],
        rows: [['Otters', 5, 12], ['Herons', 5, 10], ['Beavers', 5, 7], ['Voles of the lower meadow', 5, 1]] }),
    ]),
    ui('section', { title: 'Places' }, [
      ui('map', { label: 'Our cafés', markers: [{ lat: 59.93, lon: 30.31, title: 'Nevsky 12', on: ['place', 1] },
        { lat: 59.95, lon: 30.35, title: 'Finland Station' },
        { lat: 59.91, lon: 30.27, title: 'Narva Gate' }] }),
    ]),
    ui('card', {}, [ui('qr', { value: 'https://example.org/t/4711', label: 'Ticket 4711', size: 180 })]),
  ]);
}
