import assert from 'node:assert/strict';
import { startAnnex } from '../support/annex.mjs';
import { near } from '../support/stage.mjs';

export const title = 'A page that is busy while the media plays on';

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  try {
    const page = await stage.open('native', { origin: annex.url, home: annex.url });
    await page.waitFor(() => window.isReady && lecture.readyState >= 3);
    const passed = (seconds) => page.waitFor((to) => lecture.currentTime > to, { args: [seconds] });
    await page.evaluate(() => {
      window.block = (ms) => {
        for (const end = performance.now() + ms; performance.now() < end; );
      };
      void lecture.play();
    });
    await passed(0.7);
    await page.evaluate(() => new Promise((resolve) => {
      lecture.addEventListener('pause', () => setTimeout(resolve, 300), { once: true });
      lecture.pause();
    }));
    const resumed = await page.evaluate(() => {
      void lecture.play();
      window.block(2_000);
      return lecture.currentTime;
    });
    await passed(resumed + 0.5);
    await page.evaluate(() => {
      lecture.currentTime = 15;
      window.block(1_500);
    });
    await passed(15.5);
    await page.evaluate(() => lecture.pause());
    await page.waitFor(() => window.tracked.lecture.times('paused') >= 2);
    const seen = await page.evaluate(() => {
      const played = window.witness.played();
      for (const { analytics } of Object.values(window.tracked)) analytics.dispose();
      return { played, recorded: window.tracked.lecture.recorded };
    });
    await stage.check('each thing that happens is there once, and no seek that nobody made', () => {
      assert.deepEqual(seen.recorded.map(({ type }) => type).filter((type) => type !== 'progressed'), ['initialized', 'started', 'paused', 'resumed', 'seeked', 'paused', 'terminated']);
      assert.equal(seen.recorded.find(({ type }) => type === 'seeked').to, 15);
    });
    await stage.check('the segments are those that the element itself counts as played', () => {
      const { segments } = seen.recorded.at(-1).progress;
      assert.equal(segments.length, seen.played.length, JSON.stringify(segments));
      for (const [at, [begin, end]] of segments.entries()) {
        near(begin, seen.played[at][0], `segment ${at}, from`, 0.1);
        near(end, seen.played[at][1], `segment ${at}, to`, 0.1);
      }
    });
    await stage.arrived(1);
    return stage.checkPages();
  } finally {
    await annex.stop();
  }
};
