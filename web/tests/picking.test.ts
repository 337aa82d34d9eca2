import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeFrom, placeTyped } from '../src/components/dialogs/consent/picking';
import { capabilityName, detailsText, kindText, ownKindText } from '../src/i18n/names';
import { formatDuration } from '../src/i18n/format';

test('picking: a place from the device is no more exact than it can be', () => {
  assert.deepEqual(placeFrom(52.51703651234, 13.3888599, 24.3), { latitude: 52.517037, longitude: 13.38886, accuracy: 25 });
  assert.ok(Object.is(placeFrom(-0.00000001, 0, 0).latitude, 0));
});

test('picking: a typed place may have a comma, and lies on the globe', () => {
  assert.deepEqual(placeTyped('52,5', ' -13.25 '), { latitude: 52.5, longitude: -13.25 });
  assert.deepEqual(placeTyped('−90', '180.'), { latitude: -90, longitude: 180 });
  for (const [latitude, longitude] of [['91', '0'], ['0', '181'], ['', '0'], ['1e1', '0'], ['N 5', '0'], ['90.0001', '0']]) {
    assert.equal(placeTyped(latitude ?? '', longitude ?? ''), null, `${latitude} ${longitude}`);
  }
});

test('names: capabilities are told in words, unknown ones by their id', () => {
  assert.equal(capabilityName('identity.age', '18'), 'Whether you are at least 18 years old');
  assert.equal(capabilityName('identity.contact', 'email'), 'Your e-mail address');
  assert.equal(capabilityName('chat.history', 'last 20'), 'The last 20 messages of the chat');
  assert.equal(capabilityName('chat.history', 'from now on'), 'All messages of the chat from then on');
  assert.equal(capabilityName('files.read', '3'), 'Files that you pick');
  assert.equal(capabilityName('timers'), 'Act at a later time');
  assert.equal(capabilityName('quantum.leap', 'far'), 'quantum.leap far');
});

test('names: details that begin with a capability are told in words, others stay', () => {
  assert.equal(detailsText('identity.age 18'), 'Whether you are at least 18 years old');
  assert.equal(detailsText('identity.contact email, hour'), 'Your e-mail address · For an hour');
  assert.equal(
    detailsText('messages.broadcast, always, up to 3 messages a day'),
    'Write to you by itself · Until I take it back · up to 3 messages a day',
  );
  assert.equal(detailsText('at least 18 years old: yes'), 'at least 18 years old: yes');
  assert.equal(detailsText('cellar: 1 conversations, 0 values'), 'cellar: 1 conversations, 0 values');
  assert.equal(detailsText(''), '');
});

test('names: kinds of entries, also those that came later', () => {
  assert.equal(kindText('taken_down'), 'App taken down');
  assert.equal(kindText('constructor'), 'constructor');
  assert.equal(ownKindText('suspended'), 'Your account was suspended');
  assert.equal(ownKindText('constructor'), 'Done');
});

test('format: the two largest units of a length of time', () => {
  assert.equal(formatDuration(((3 * 24 + 4) * 60 + 7) * 60_000), '3 days 4 hours');
  assert.equal(formatDuration((24 * 60 + 7) * 60_000), '1 day');
  assert.equal(formatDuration(59_000), '0 minutes');
});
