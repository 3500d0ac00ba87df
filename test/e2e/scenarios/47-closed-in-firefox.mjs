import assert from 'node:assert/strict';
import { findBrowser, launch } from '../../support/browsers.mjs';
import { loaded, playedTo } from '../support/controls.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Firefox closes the tab, the last one of its process, while the media plays';

/** One time in four to ten the script is stopped amid `pagehide`. */
const TIMES = 8;

export const play = async (stage) => {
  const { path, reason } = await findBrowser('firefox');
  if (!path) return stage.skip('every end is told', reason);
  const firefox = await launch('firefox', { path });
  try {
    // Nothing else may keep the process.
    await stage.newPage(firefox);
    const ends = [];
    for (let n = 0; n < TIMES; n++) {
      const page = await stage.open('player', { browser: firefox, options: { queue: { flushInterval: 60_000 } } });
      await loaded(page);
      await page.evaluate(() => void window.player.play());
      await playedTo(page, 0.8);
      ends.push(await page.evaluate(() => window.player.currentTime()));
      await page.close();
    }
    // What could not go out with a page is sent by the next.
    const next = await stage.open('player', { browser: firefox });
    await loaded(next);
    const received = await stage.arrived(TIMES);
    const sessions = [...new Set(received.xapi.map(({ session }) => session))].map((id) => received.xapi.filter(({ session }) => session === id));
    await stage.check('every end is told, where the media was', () => {
      assert.equal(sessions.length, TIMES);
      sessions.forEach((session, n) => {
        assert.deepEqual(types(withoutMilestones(session)), ['initialized', 'started', 'paused', 'terminated']);
        near(session.at(-1).position, ends[n], 'terminated', 0.6);
      });
    });
    await stage.checkRecord(received, { mayRepeat: true, mayOvertake: true });
    await next.close();
  } finally {
    await firefox.close().catch(() => firefox.kill());
  }
  await stage.checkPages();
};
