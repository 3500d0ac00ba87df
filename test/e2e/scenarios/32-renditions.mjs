import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startAnnex } from '../support/annex.mjs';
import { playedTo, recorded } from '../support/controls.mjs';
import { near } from '../support/stage.mjs';

export const title = 'Renditions: HLS through Video.js’s own engine, and any other list of quality levels';

const changes = (page) => page.evaluate(() => window.recorded.filter(({ type }) => type === 'resolutionChanged').map(({ from, to, by }) => [from, to, by]));

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  const at = { origin: annex.url, home: annex.url };
  const enable = (page, heights) =>
    page.evaluate((wanted) => {
      for (const level of Array.from(window.player.qualityLevels())) level.enabled = wanted.includes(level.height);
    }, heights);
  try {
    const page = await stage.open('hls', { ...at, src: '/hls/lecture.m3u8' });
    await page.waitFor(() => window.player.readyState() >= 3);
    await page.evaluate(() => void window.player.play());
    await playedTo(page, 1);
    await enable(page, [90]);
    await recorded(page, 'resolutionChanged');
    await enable(page, [90, 180]);
    await recorded(page, 'resolutionChanged', 2);
    const from = await page.evaluate(() => {
      const now = window.player.currentTime();
      window.player.currentTime(30);
      return now;
    });
    await recorded(page, 'seeked');
    await playedTo(page, 30.5);
    const types = await page.evaluate(() => {
      window.player.dispose();
      return window.recorded.map(({ type }) => type);
    });
    const hls = await page.evaluate(() => window.recorded);
    await stage.check('HLS: the learner chooses a rendition, then leaves it to the bitrate logic', async () =>
      assert.deepEqual(await changes(page), [[180, 90, 'learner'], [90, 180, 'bitrate']]),
    );
    await stage.check('HLS: of all that the engine does, nothing else is the learner’s', () => {
      assert.deepEqual(types.filter((type) => type !== 'progressed'), ['initialized', 'started', 'resolutionChanged', 'resolutionChanged', 'seeked', 'paused', 'terminated']);
      const seeked = hls.find(({ type }) => type === 'seeked');
      near(seeked.from, from, 'from', 0.1);
      near(seeked.to, 30, 'to', 0.1);
      near(hls[0].position, 0, 'started', 0.1);
      assert.equal(Math.round(hls.at(-1).media.duration), 40);
    });

    await page.goto(stage.address('hls', { ...at, src: '/hls/gap.m3u8', registration: randomUUID() }));
    await page.waitFor(() => window.player?.readyState() >= 3);
    await page.evaluate(() => {
      window.player.playbackRate(2);
      void window.player.play();
    });
    await page.waitFor(() => window.usage.some(({ name }) => name === 'vhs-gap-skip'));
    await page.waitFor(() => !window.player.seeking() && window.player.currentTime() > 6.5);
    const gap = await page.evaluate(() => {
      const played = window.witness.played();
      window.player.dispose();
      return { played, events: window.recorded };
    });
    await stage.check('HLS: a hole in the stream that the engine leaps over is no seek, and was not watched', () => {
      assert.deepEqual(gap.events.map(({ type }) => type).filter((type) => type !== 'progressed'), ['initialized', 'started', 'paused', 'terminated']);
      const { segments } = gap.events.at(-1).progress;
      assert.equal(segments.length, 2, JSON.stringify(segments));
      for (const [index, [begin, end]] of segments.entries()) {
        near(begin, gap.played[index][0], `segment ${index}, from`, 0.15);
        near(end, gap.played[index][1], `segment ${index}, to`, 0.15);
      }
    });

    await page.goto(stage.address('hls', { ...at, src: '/hls/broken.m3u8', registration: randomUUID() }));
    await page.waitFor(() => window.player?.readyState() >= 3);
    await page.evaluate(() => void window.player.play());
    await recorded(page, 'resolutionChanged');
    await playedTo(page, 5);
    await stage.check('HLS: a rendition that the engine gives up is nobody’s choice', async () => {
      assert.deepEqual((await changes(page)).map(([, , by]) => by).filter((by) => by !== 'bitrate'), []);
      assert.equal(await page.evaluate(() => Array.from(window.player.qualityLevels()).filter(({ enabled }) => enabled).length), 1);
      await page.evaluate(() => window.player.dispose());
    });

    // Any other source of quality levels: another engine, or a plugin of the portal’s.
    await page.goto(stage.address('player', { ...at, registration: randomUUID() }));
    await page.waitFor(() => window.player?.readyState() >= 3);
    await page.evaluate(() => {
      const levels = window.player.qualityLevels();
      for (const height of [360, 720, 1080]) {
        let enabled = true;
        levels.addQualityLevel({ id: String(height), height, bitrate: height * 1000, enabled: (to) => (to === undefined ? enabled : (enabled = to)) });
      }
      window.select = (index) => {
        levels.selectedIndex_ = index;
        levels.trigger({ type: 'change', selectedIndex: index });
      };
      window.select(0);
      void window.player.play();
    });
    await recorded(page, 'started');
    await page.evaluate(() => {
      window.select(2);
      window.select(1);
      window.select(1);
    });
    await recorded(page, 'resolutionChanged');
    await enable(page, [1080]);
    await page.evaluate(() => void window.select(2));
    await recorded(page, 'resolutionChanged', 2);
    await enable(page, [360, 720, 1080]);
    await page.evaluate(() => void window.select(2));
    await page.evaluate(() => void window.select(0));
    await recorded(page, 'resolutionChanged', 3);
    await stage.check('quality levels: what settles is one change, and who made it is told', async () => {
      assert.deepEqual(await changes(page), [[360, 720, 'bitrate'], [720, 1080, 'learner'], [1080, 360, 'bitrate']]);
      await page.evaluate(() => window.player.dispose());
    });
    await stage.checkRecord(await stage.arrived(4), { mayRepeat: true });
    await stage.checkPages();
  } finally {
    await annex.stop();
  }
};
