import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startAnnex } from '../support/annex.mjs';
import { click, recorded } from '../support/controls.mjs';
import { near } from '../support/stage.mjs';

export const title = 'Live: a stream that goes on, with and without a way back';

const start = async (page) => {
  await page.waitFor(() => !!window.player?.tech(true));
  await page.evaluate(() => void window.player.play());
  await page.waitFor(() => window.analytics.progress.secondsPlayed > 2.2);
};

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  const at = { origin: annex.url, home: annex.url };
  try {
    // Fourteen pieces are enough of a window for Video.js to let the learner go back in.
    const page = await stage.open('hls', { ...at, src: '/live/14/dvr.m3u8' });
    await start(page);
    const back = await page.evaluate(() => {
      const from = window.player.currentTime();
      window.player.currentTime(window.player.liveTracker.seekableStart() + 4);
      return { from, to: window.player.currentTime() };
    });
    await recorded(page, 'seeked');
    await page.waitFor((to) => !window.player.seeking() && window.player.currentTime() > to + 0.5, { args: [back.to] });
    await page.evaluate(() => window.player.el().addEventListener('click', () => (window.leftAt = window.player.currentTime()), { capture: true, once: true }));
    await click(page, '.vjs-seek-to-live-control');
    await recorded(page, 'seeked', 2);
    const leftAt = await page.evaluate(() => window.leftAt);
    const dvr = await page.evaluate(() => {
      window.player.dispose();
      return window.recorded;
    });
    await stage.check('with a way back: going back and to the live edge are the learner’s two seeks', () => {
      assert.deepEqual(dvr.map(({ type }) => type), ['initialized', 'started', 'seeked', 'seeked', 'paused', 'terminated']);
      const [first, second] = dvr.filter(({ type }) => type === 'seeked');
      near(first.from, back.from, 'back, from', 0.1);
      near(first.to, back.to, 'back, to', 0.1);
      near(second.from, leftAt, 'to the live edge, from', 0.1);
      assert.ok(second.to > back.to + 8, `to the live edge: ${second.to}`);
      near(dvr[0].position, back.from - 2.4, 'it starts at the live edge', 0.5);
    });

    await page.goto(stage.address('hls', { ...at, src: '/live/4/live.m3u8', registration: randomUUID(), options: { milestones: { every: 1, unit: 'seconds' } } }));
    await start(page);
    // As VHS does it when the learner has fallen out of what the stream still holds, and once more, without a word, before it is there.
    const resync = await page.evaluate(() => {
      const from = window.player.currentTime();
      const tech = window.player.tech(true);
      tech.setCurrentTime(from + 1.5);
      tech.trigger({ type: 'usage', name: 'vhs-live-resync' });
      window.player.one('seeking', () => tech.setCurrentTime(window.player.seekable().end(0)));
      return from;
    });
    await page.waitFor((from) => !window.player.seeking() && window.player.currentTime() > from + 2, { args: [resync] });
    // Nothing of where it stands is given any more when it goes on.
    await page.evaluate(() => window.player.pause());
    await recorded(page, 'paused');
    await page.waitFor(() => window.player.seekable().start(0) > window.player.currentTime() + 0.5, { timeout: 30_000 });
    await page.evaluate(() => void window.player.play());
    await recorded(page, 'resumed');
    const resumed = await page.evaluate(() => window.player.currentTime());
    await page.waitFor((from) => window.player.currentTime() > from + 1, { args: [resumed] });
    const live = await page.evaluate(() => {
      window.player.dispose();
      return window.recorded;
    });
    await stage.check('without: one session, no seek, and milestones of what was really played', () => {
      assert.deepEqual(live.map(({ type }) => type).filter((type) => type !== 'progressed'), ['initialized', 'started', 'paused', 'resumed', 'paused', 'terminated']);
      const seconds = live.filter(({ type }) => type === 'progressed');
      assert.deepEqual(seconds.map(({ milestone }) => milestone).slice(0, 3), [0, 1, 2]);
      for (const { milestone, progress } of seconds) near(progress.secondsPlayed, milestone, 'seconds played at a milestone', 0.5);
      assert.equal(live.at(-1).progress.segments.length, 3, JSON.stringify(live.at(-1).progress.segments));
    });
    await stage.check('live is said to be live: no length, no share, no percent', () => {
      for (const { type, media, progress, unit } of [...dvr, ...live]) {
        assert.deepEqual([media.live, media.duration, progress.fraction], [true, undefined, 0], type);
        assert.notEqual(unit, 'percent');
      }
    });
    for (const [what, src, preload] of [['the stream', '/live/4/live.m3u8', 'auto'], ['its recording, which is loaded once it is played,', '/hls/low.m3u8', 'none']]) {
      await page.goto(stage.address('hls', { ...at, src, preload, registration: live[0].registration }));
      await page.waitFor(() => !!window.remembered);
      const { segments, position, secondsPlayed } = await page.evaluate(() => window.remembered);
      await stage.check(`a page later nothing of ${what} counts as watched`, () => {
        assert.deepEqual([segments, position], [[], 0]);
        near(secondsPlayed, live.at(-1).progress.secondsPlayed, 'seconds played', 0.1);
      });
    }
    await stage.checkRecord(await stage.arrived(2), { mayRepeat: true });
    await stage.checkPages();
  } finally {
    await annex.stop();
  }
};
