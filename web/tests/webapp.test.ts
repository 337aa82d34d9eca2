import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startParameter, webAddressFrom, webPathOf } from '../src/webapp/address';
import { read, write } from '../src/webapp/protocol';

const said = (eventType: string, eventData?: unknown) => read(JSON.stringify({ eventType, eventData }));

test('messages as Telegram’s own script writes them', () => {
  assert.deepEqual(said('web_app_ready', ''), { type: 'ready' });
  assert.deepEqual(said('web_app_close', { return_back: false }), { type: 'close' });
  assert.deepEqual(said('web_app_setup_back_button', { is_visible: true }), { type: 'back', on: true });
  assert.deepEqual(
    said('web_app_setup_main_button', {
      is_visible: true,
      is_active: true,
      text: 'Pay',
      color: '#2481cc',
      text_color: '#fff000',
    }),
    {
      type: 'button',
      which: 'main',
      button: { visible: true, active: true, progress: false, text: 'Pay', color: '#2481cc', textColor: '#fff000' },
    },
  );
  assert.deepEqual(said('web_app_open_invoice', { slug: 'abc-_1' }), { type: 'invoice', slug: 'abc-_1' });
  assert.deepEqual(said('web_app_open_tg_link', { path_full: '/durov?x=1' }), { type: 'link', url: 'https://t.me/durov?x=1' });
  assert.deepEqual(said('web_app_invoke_custom_method', { req_id: '1', method: 'getStorageKeys', params: {} }), {
    type: 'method',
    request: '1',
    method: 'getStorageKeys',
    params: {},
  });
});

test('what is no message is none', () => {
  for (const data of [null, 1, {}, '', 'x', '[]', 'null', '{}', '{"eventType":1}', '{"eventType":"__proto__"}', 'x'.repeat(200_000)]) {
    assert.equal(read(data), null, String(data).slice(0, 40));
  }
  assert.equal(said('web_app_data_send', { data: 'x'.repeat(4096) })?.type, 'data');
  assert.equal(said('web_app_data_send', { data: 'x'.repeat(4097) }), null);
  assert.equal(said('web_app_data_send', { data: 'я'.repeat(4000) }), null);
  assert.equal(said('web_app_data_send', {}), null);
  assert.equal(said('web_app_open_popup', { message: '', buttons: [{ type: 'ok' }] }), null);
  assert.equal(said('web_app_open_popup', { message: 'x', buttons: [] }), null);
  assert.equal(said('web_app_open_invoice', { slug: '../x' }), null);
});

test('links lead to the web alone, and not to where they do not look like', () => {
  const bad = [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'blob:https://a/b',
    'stoa:a/x',
    'https://a@b.example/',
    '//x',
    '',
  ];
  for (const url of bad) assert.equal(said('web_app_open_link', { url }), null, url);
  assert.equal(said('web_app_open_link', { url: `https://a.example/${'x'.repeat(5000)}` }), null);
  assert.equal(said('web_app_open_tg_link', { path_full: '@evil.example/' }), null);
  assert.deepEqual(said('web_app_open_link', { url: 'https://a.example/b' }), { type: 'link', url: 'https://a.example/b' });
});

test('colours and counts are checked, texts are cut', () => {
  const button = said('web_app_setup_main_button', { is_visible: true, text: 'x'.repeat(100), color: 'red;background:url(x)' });
  assert.ok(button?.type === 'button' && button.button.color === null && button.button.text.length === 64);
  const buttons = Array.from({ length: 9 }, () => ({ type: 'evil', text: 'x' }));
  const popup = said('web_app_open_popup', { message: 'm', buttons });
  assert.ok(popup?.type === 'popup' && popup.buttons.length === 3 && popup.buttons[0]?.type === 'default');
  assert.equal(write('popup_closed', { button_id: 'ok' }), '{"eventType":"popup_closed","eventData":{"button_id":"ok"}}');
});

test('addresses', () => {
  assert.deepEqual(webAddressFrom('/w/pies', '?chat=7&start=a-b_1'), { app: 'pies', chat: 7, start: 'a-b_1' });
  assert.deepEqual(webAddressFrom('/w/pies/', ''), { app: 'pies', chat: null, start: null });
  for (const path of ['/w/', '/w', '/a/pies', '/w/pies/x', '/w/1x', '/w/a.b', '/x/w/pies']) {
    assert.equal(webAddressFrom(path, ''), null);
  }
  assert.equal(webPathOf({ app: 'pies', chat: 7, start: 'x' }), '/w/pies?chat=7&start=x');
  assert.equal(startParameter('a b'), null);
  assert.equal(startParameter(''), null);
});
