import assert from 'node:assert/strict';
import { loaded, recorded } from '../support/controls.mjs';
import { milestones, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Endpoints that are down, silent or talk nonsense';

const NONSENSE = [
  ['no answer', { status: 0 }],
  ['500', { status: 500, body: 'Internal Server Error' }],
  ['a log-in page with 200', { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html><title>Log in</title>' }],
  ['broken JSON with 500', { status: 500, headers: { 'Content-Type': 'application/json' }, body: '{"statements": [' }],
  ['404', { status: 404, body: 'Not here' }],
  ['a redirect', { status: 302, headers: { Location: '/test/empty.html' } }],
  ['too many requests', { status: 429, headers: { 'Retry-After': '1' } }],
];

const warnings = (page) => page.logs.filter(({ type, text }) => /warn|error/.test(type) && !/^Failed to load resource|net::ERR_/.test(text));

/** Playback has to go on as if nothing were wrong: to the end, at the speed of the media. */
const playThrough = async (page) => {
  await loaded(page);
  const began = Date.now();
  await page.evaluate(() => {
    window.player.muted(true);
    void window.player.play();
  });
  await recorded(page, 'ended', 1);
  return (Date.now() - began) / 1000;
};

export const play = async (stage) => {
  const { demo } = stage;

  // It never answers: the connection stays open until the plugin gives it up. That takes half a minute, so it runs beside the rest.
  for (const kind of ['xapi', 'caliper']) demo.faults.add({ path: `/direct/${kind}`, status: 0, delayMs: 600_000 });
  const silent = await stage.open('token', { hold: 'long', haste: '0.1' });
  const silence = playThrough(silent);

  for (const kind of ['xapi', 'caliper']) {
    for (const [, fault] of NONSENSE) demo.faults.add({ path: `/analytics/${kind}`, ...fault });
  }
  const page = await stage.open('player', { haste: '0.1' });
  const seconds = await playThrough(page);
  await page.evaluate(() => window.player.muted(false));
  await recorded(page, 'unmuted');
  await page.waitFor(async () => (await window.analytics.pending()) === 0, { timeout: 40_000 });
  const told = await page.evaluate(() => window.told);
  const said = warnings(page);
  await page.goto('about:blank');

  await stage.check('playback goes on, in its own time', () => assert.ok(seconds < 10.5, `8 s of media took ${seconds} s`));
  for (const kind of ['xapi', 'caliper']) {
    await stage.check(`${kind}: after ${NONSENSE.map(([name]) => name).join(', ')}: everything is there in the end`, async () => {
      const { requests } = await stage.received();
      const statuses = requests.filter(({ method, path }) => method === 'POST' && path.startsWith(`/analytics/${kind}`)).map(({ status }) => status);
      assert.deepEqual(statuses.slice(0, NONSENSE.length + 1), [...NONSENSE.map(([, { status }]) => status), 200]);
    });
  }
  await stage.check('nothing was given up', () => assert.deepEqual(told.filter(({ name }) => /rejected|dropped/.test(name)), []));
  await stage.check('it warns, and at most once per endpoint and trouble', () => {
    const texts = said.map(({ text }) => text);
    assert.ok(texts.length >= 1, 'nothing was said');
    assert.equal(new Set(texts).size, texts.length, texts.join('\n'));
    assert.deepEqual(said.filter(({ type }) => type !== 'warn'), []);
  });

  const time = await silence;
  await stage.check('an endpoint that never answers stops no playback', () => assert.ok(time < 10.5, `8 s of media took ${time} s`));
  await stage.collect(({ xapi }) => xapi.filter(({ type }) => type === 'ended').length === 2, { timeout: 45_000 });
  const retries = await silent.evaluate(() => window.told.filter(({ name }) => name === 'retry'));
  const spoken = warnings(silent);
  await silent.goto('about:blank');
  const received = await stage.arrived(2);
  await stage.check('it is given up after a while, and asked again', () => {
    assert.deepEqual(retries.map(({ detail }) => detail.status), [0, 0]);
    const sessions = [...new Set(received.xapi.map(({ session }) => session))].map((id) => types(withoutMilestones(received.xapi.filter(({ session }) => session === id))));
    assert.equal(sessions.length, 2);
    for (const session of sessions) {
      assert.deepEqual([session[0], session.at(-1)], ['initialized', 'terminated']);
      assert.ok(session.includes('ended'), session.join());
    }
  });
  await stage.check('two tabs with the same lecture complete it once', () => {
    assert.equal(received.xapi.filter(({ type }) => type === 'completed').length, 1);
    assert.deepEqual(milestones(received.xapi).sort((a, b) => a - b), [0, 25, 50, 75, 100]);
  });
  await stage.check('nobody is bothered with it more than once', () => assert.equal(new Set(spoken.map(({ text }) => text)).size, spoken.length, JSON.stringify(spoken)));
  await stage.checkRecord(received, { mayRepeat: true });
  await stage.checkPages();
};
