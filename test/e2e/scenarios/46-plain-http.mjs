import assert from 'node:assert/strict';
import { loaded, playedTo, recorded } from '../support/controls.mjs';
import { types, withoutMilestones } from '../support/stage.mjs';

export const title = 'No Web Locks, as on plain http: the page is reloaded amid a request';

/** So many ms are time enough for a page to begin, and far less than a lease lasts. */
const SOON = 20_000;

export const play = async (stage) => {
  const page = await stage.open('player', { plain: 'yes' });
  await loaded(page);
  await page.evaluate(() => {
    const { fetch } = window;
    window.posts = 0;
    window.fetch = (url, init) => {
      if (init?.method === 'POST') window.posts++;
      return fetch(url, init);
    };
    void window.player.play();
  });
  await playedTo(page, 1);
  for (const kind of ['xapi', 'caliper']) stage.demo.faults.add({ path: `/analytics/${kind}`, status: 0, delayMs: 600_000 });
  await page.evaluate(() => {
    window.posts = 0;
    window.player.pause();
  });
  await recorded(page, 'paused', 1);
  await page.waitFor(() => window.posts >= 2);
  const before = await page.evaluate(() => {
    setTimeout(() => location.reload());
    return performance.timeOrigin;
  });
  await page.waitFor((former) => performance.timeOrigin !== former && window.analytics, { args: [before] });
  const waited = await page.evaluate(async () => {
    while (await window.analytics.pending()) await window.analytics.flush();
    return performance.now();
  });
  await stage.check('the next page sends at once what the one before had on its way', () => assert.ok(waited < SOON, `${waited} ms`));
  await page.goto('about:blank');
  stage.demo.faults.clear();
  const received = await stage.arrived();
  await stage.check('all of it is there', () => assert.deepEqual(types(withoutMilestones(received.xapi)), ['initialized', 'started', 'paused', 'terminated']));
  await stage.checkRecord(received, { mayRepeat: true, mayOvertake: true });
  await stage.checkPages();
};
