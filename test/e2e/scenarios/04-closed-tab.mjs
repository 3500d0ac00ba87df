import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loaded, playedTo, recorded } from '../support/controls.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'The tab is closed, or the browser dies, while the media plays';

const start = async (page, seconds) => {
  await loaded(page);
  await page.evaluate(() => void window.player.play());
  await playedTo(page, seconds);
};

/** Told by a page without a player, so that nothing is sent by it. */
const whereLeft = async (stage) => {
  const page = await stage.newPage();
  await page.goto(`${stage.demo.url}/test/empty.html`);
  const { at } = await page.waitFor(() => JSON.parse(localStorage.getItem('witness')));
  await page.close();
  return at;
};

const closed = async (stage) => {
  const page = await stage.open('player', { options: { queue: { flushInterval: 60_000 } } });
  await start(page, 1.2);
  await page.close();
  const { xapi } = await stage.arrived();
  const at = await whereLeft(stage);
  await stage.check('closing the tab sends what there is, to the end of the session', () => {
    assert.deepEqual(types(withoutMilestones(xapi)), ['initialized', 'started', 'paused', 'terminated']);
    near(xapi.at(-1).position, at, 'terminated');
  });
};

const closedInOutage = async (stage) => {
  const page = await stage.open('player');
  await loaded(page);
  stage.demo.outage(true);
  await start(page, 1.2);
  await page.close();
  const at = await whereLeft(stage);
  stage.demo.outage(false);
  const between = await stage.received();

  const next = await stage.open('player');
  const received = await stage.arrived(2);
  await next.waitFor(async () => (await window.analytics.pending()) === 0);
  await stage.check('closed while the server is down: nothing could be sent', () => assert.equal(between.xapi.filter(({ type }) => type === 'initialized').length, 1));
  await stage.check('the next page sends what was left, to the end of that session', () => {
    const session = received.xapi.filter(({ session: id }) => id === received.xapi.at(-1).session);
    assert.deepEqual(types(withoutMilestones(session)), ['initialized', 'started', 'paused', 'terminated']);
    near(session.at(-1).position, at, 'terminated');
  });
  return next;
};

const killed = async (stage) => {
  const profile = await mkdtemp(join(tmpdir(), 'e2e-profile-'));
  const browser = await stage.launch({ profile });
  const page = await stage.open('player', { browser });
  await loaded(page);
  stage.demo.outage(true);
  await start(page, 1.2);
  await page.evaluate(() => window.player.pause());
  await recorded(page, 'paused');
  await page.waitFor(async () => (await window.analytics.pending()) >= 6);
  await browser.kill();
  stage.demo.outage(false);
  const again = await stage.launch({ profile, args: ['--hide-crash-restore-bubble'] });
  await stage.open('player', { browser: again });
  const received = await stage.collect(({ xapi }) => xapi.filter(({ type }) => type === 'initialized').length >= 3);
  await stage.check('a browser that was killed loses nothing of what had been recorded', () => {
    const session = received.xapi.filter(({ session: id }) => id === received.xapi.at(-1).session);
    assert.deepEqual(types(withoutMilestones(session)), ['initialized', 'started', 'paused']);
  });
  await again.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return received;
};

export const play = async (stage) => {
  await closed(stage);
  await closedInOutage(stage);
  await stage.checkRecord(await killed(stage), { mayRepeat: true });
  await stage.checkPages();
};
