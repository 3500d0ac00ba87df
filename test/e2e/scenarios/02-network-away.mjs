import assert from 'node:assert/strict';
import { gesture, loaded, playedTo, recorded } from '../support/controls.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'The network goes away and comes back';

const posts = ({ requests }, path) => requests.filter((entry) => entry.method === 'POST' && entry.path.startsWith(path));
const waitsFor = (type) => ({ xapi }) => xapi.some((entry) => entry.type === type);

export const play = async (stage) => {
  const { demo } = stage;
  const page = await stage.open('player');
  await loaded(page);
  const seen = {};

  // The browser knows that it is offline.
  await page.evaluate(() => void window.player.play());
  await playedTo(page, 0.8);
  await stage.collect(waitsFor('started'));
  await page.setOffline(true);
  const before = await stage.received();
  seen.seek = await gesture(page, () => page.evaluate(() => void window.player.currentTime(3)));
  await recorded(page, 'seeked');
  await page.evaluate(() => window.player.pause());
  await recorded(page, 'paused');
  await page.evaluate(() => void window.player.play());
  await recorded(page, 'resumed');
  const during = await stage.received();
  await page.setOffline(false);
  const after = await stage.collect(waitsFor('resumed'));

  await stage.check('offline: nothing arrives, and nothing is asked for', () => {
    assert.equal(during.xapi.length, before.xapi.length);
    assert.equal(during.caliper.length, before.caliper.length);
    assert.equal(posts(during, '/analytics').length, posts(before, '/analytics').length);
  });
  await stage.check('back online: all that happened meanwhile is there', () =>
    assert.deepEqual(types(withoutMilestones(after.xapi)), ['initialized', 'started', 'seeked', 'paused', 'resumed']),
  );
  await stage.check('the seek made offline has its true places', () => {
    const { from, to } = after.xapi.find(({ type }) => type === 'seeked');
    near(from, seen.seek.from, 'from');
    near(to, seen.seek.to, 'to');
  });

  // The browser believes itself online, and the server is gone.
  demo.outage(true);
  await page.evaluate(() => void window.player.playbackRate(2));
  await recorded(page, 'rateChanged');
  await page.waitFor(() => window.told.filter(({ name }) => name === 'retry').length >= 2);
  await page.evaluate(() => window.player.pause());
  await recorded(page, 'paused', 2);
  const gone = await stage.received();
  demo.outage(false);
  const back = await stage.collect(({ xapi }) => xapi.filter(({ type }) => type === 'paused').length === 2);

  await stage.check('server down: nothing arrives, and it is not asked without end', () => {
    assert.equal(gone.xapi.length, after.xapi.length);
    const tries = posts(gone, '/analytics').length - posts(after, '/analytics').length;
    assert.ok(tries >= 2 && tries <= 12, `${tries} requests`);
  });
  await stage.check('server back: the rest arrives by itself', () =>
    assert.deepEqual(types(withoutMilestones(back.xapi)), ['initialized', 'started', 'seeked', 'paused', 'resumed', 'rateChanged', 'paused']),
  );

  // The same batch again and again: nothing else happens while the player stands still.
  demo.faults.add({ path: '/analytics/xapi', status: 503, times: 2 });
  demo.faults.add({ path: '/analytics/xapi', status: 503, afterStoring: true });
  demo.faults.add({ path: '/analytics/caliper', status: 503, times: 2 });
  await page.evaluate(() => void window.player.muted(true));
  await recorded(page, 'muted');
  await page.waitFor(async () => (await window.analytics.pending()) === 0);
  const late = await stage.collect(waitsFor('muted'));
  const hashes = posts(late, '/analytics/xapi').filter(({ at }) => at > posts(back, '/analytics/xapi').at(-1).at);
  await stage.check('each attempt sends the same bytes, also after an answer that was lost', () => {
    assert.deepEqual(hashes.map(({ status }) => status), [503, 503, 503, 200]);
    assert.equal(new Set(hashes.map(({ sha256 }) => sha256)).size, 1, `sha256 of each: ${hashes.map(({ sha256 }) => sha256).join(', ')}`);
  });

  // An envelope that was stored although its answer was lost comes again: the endpoint has to see that it is the same event.
  demo.faults.add({ path: '/analytics/caliper', status: 503, afterStoring: true });
  await page.evaluate(() => void window.player.muted(false));
  await recorded(page, 'unmuted');
  await page.waitFor(async () => (await window.analytics.pending()) === 0);
  const { caliper, again } = await stage.received();
  await stage.check('a Caliper event whose answer was lost is sent again, the same to the byte', () => {
    assert.deepEqual(again.map(({ action }) => action), ['Unmuted']);
    assert.equal(JSON.stringify(again[0].document), JSON.stringify(caliper.find(({ id }) => id === again[0].id).document));
  });

  await page.goto('about:blank');
  const received = await stage.arrived();
  await stage.check('the session ends where it stood', () =>
    assert.deepEqual(types(received.xapi).slice(-3), ['muted', 'unmuted', 'terminated']),
  );
  await stage.check('nothing else came twice', () => assert.equal(received.again.length, 1));
  await stage.checkRecord(received, { mayRepeat: true });
  await stage.checkPages();
};
