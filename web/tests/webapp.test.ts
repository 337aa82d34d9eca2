import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rest } from '../src/transport/rest';
import { startParameter, webAddressFrom, webPathOf } from '../src/webapp/address';
import { WebAppApi } from '../src/webapp/api';
import { Bucket, Noise, Pace } from '../src/webapp/limits';
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
      text_color: '#ffffff',
    }),
    {
      type: 'button',
      which: 'main',
      button: { visible: true, active: true, progress: false, text: 'Pay', color: '#2481cc', textColor: '#ffffff' },
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
  const schemes = ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'blob:https://a/b', 'stoa:a/x'];
  for (const url of [...schemes, 'https://a@b.example/', '//x', '']) assert.equal(said('web_app_open_link', { url }), null, url);
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

test('what is kept for an app has every key, whatever it is called', async () => {
  const rest = { json: async () => JSON.parse('{"values":{"__proto__":"1","constructor":"2"}}') };
  const values = await new WebAppApi(rest as unknown as Rest).values('pies', ['__proto__', 'constructor']);
  assert.deepEqual(Object.entries(values), [['__proto__', '1'], ['constructor', '2']]);
});

test('a bucket lets so much through at once, and so much each second', () => {
  let now = 0;
  const bucket = new Bucket(5, 20, () => now);
  for (let n = 0; n < 20; n += 1) assert.equal(bucket.take(), true);
  assert.equal(bucket.take(), false);
  assert.equal(bucket.wait(), 200);
  now = 200;
  assert.equal(bucket.take(), true);
  assert.equal(bucket.take(), false);
  now = 3_600_000;
  for (let n = 0; n < 20; n += 1) assert.equal(bucket.take(), true);
  assert.equal(bucket.take(), false);
});

test('a moment of noise is let be', () => {
  const noise = new Noise();
  for (let n = 0; n < 300; n += 1) assert.equal(noise.hears('x'.repeat(1000)), false);
  const loud = new Noise();
  assert.equal(Array.from({ length: 60 }, () => loud.hears('x'.repeat(75_000))).includes(true), true);
});

test('calls take turns; too many are refused, and so are those that wait at the end', async () => {
  const pace = new Pace(3);
  const told: string[] = [];
  const ask = () => pace.turn().then(() => told.push('ok'), () => told.push('no'));
  const calls = Array.from({ length: 24 }, ask);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual([told.filter((one) => one === 'ok').length, told.filter((one) => one === 'no').length], [21, 1]);
  pace.end();
  await Promise.all(calls);
  assert.equal(told.filter((one) => one === 'no').length, 3);
});
