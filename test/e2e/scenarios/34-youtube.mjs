import assert from 'node:assert/strict';
import { startAnnex } from '../support/annex.mjs';
import { playedTo, recorded } from '../support/controls.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'A tech that is no media element (videojs-youtube, its API played)';

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  try {
    const page = await stage.open('youtube', { origin: annex.url, home: annex.url, without: 'readyState loop' });
    await page.waitFor(() => window.player?.isReady_);
    await page.evaluate(() => void window.player.play());
    await playedTo(page, 0.7);
    const first = await page.evaluate(() => {
      const at = window.player.currentTime();
      window.player.pause();
      return at;
    });
    await recorded(page, 'paused');
    await page.evaluate(() => void window.player.currentTime(3));
    await recorded(page, 'seeked');
    await page.evaluate(() => void window.player.play());
    await playedTo(page, 3.7);
    const second = await page.evaluate(() => {
      const at = window.player.currentTime();
      window.player.currentTime(9);
      return at;
    });
    await recorded(page, 'seeked', 2);
    await page.evaluate(() => void window.player.playbackRate(2));
    await recorded(page, 'ended');
    await page.evaluate(() => void window.player.play());
    await page.waitFor(() => window.times('restarted') && window.player.currentTime() > 0.7);
    const third = await page.evaluate(() => {
      const at = window.player.currentTime();
      window.tookAway = Date.now();
      window.player.src(window.video('SearchWeek_'));
      return at;
    });
    await recorded(page, 'terminated');
    const unseen = await page.evaluate(() => (window.recorded.find(({ type }) => type === 'terminated').time - window.tookAway) / 1_000);
    await page.evaluate(() => void window.player.play());
    await recorded(page, 'started', 2);
    await playedTo(page, 0.5);
    const fourth = await page.evaluate(() => {
      const at = window.player.currentTime();
      window.player.dispose();
      return at;
    });

    const received = await stage.arrived(2);
    const sessions = [...new Set(received.xapi.map(({ session }) => session))].map((id) => received.xapi.filter(({ session }) => session === id));
    const [one, two] = sessions;
    await stage.check('what the learner does is there, each thing once, in order', () => {
      assert.deepEqual(types(withoutMilestones(one)), [
        'initialized', 'started', 'paused', 'seeked', 'resumed', 'seeked', 'rateChanged', 'ended', 'restarted', 'paused', 'terminated',
      ]);
      assert.deepEqual(types(withoutMilestones(two)), ['initialized', 'started', 'paused', 'terminated']);
    });
    await stage.check('seeks in a pause and in play tell from where to where', () => {
      const seeks = one.filter(({ type }) => type === 'seeked');
      near(seeks[0].from, first, 'in the pause, from', 0.05);
      near(seeks[0].to, 3, 'in the pause, to', 0.05);
      near(seeks[1].from, second, 'in play, from', 0.1);
      near(seeks[1].to, 9, 'in play, to', 0.05);
    });
    await stage.check('the segments are what the clock ran', () => {
      const expected = [[0, first], [3, second], [9, 12], [0, third]];
      const { segments } = one.at(-1);
      assert.equal(segments.length, 4, JSON.stringify(segments));
      for (const [at, [from, to]] of segments.entries()) {
        near(from, expected[at][0], `segment ${at}, from`, 0.1);
        // That the video was taken away shows in the tech’s next look at its clock only, about four times a second, at twice the speed.
        near(to, expected[at][1], `segment ${at}, to`, at === 3 ? 2 * unseen + 0.1 : 0.1);
      }
      near(two.at(-1).segments[0][1], fourth, 'the second video’s', 0.1);
    });
    await stage.check('another video, which the tech does not tell of, is another session of that media', () => {
      assert.deepEqual(sessions.map((session) => [...new Set(session.map(({ media, length }) => `${media.split('=')[1]} ${length}`))]), [['SortingWeek 12'], ['SearchWeek_ 8']]);
      assert.equal(one.at(-2).reason, 'leaving');
    });
    await stage.check('the console hears nothing of what the tech cannot do', () => {
      assert.deepEqual(page.logs.filter(({ text }) => text.includes('method not defined')), []);
    });
    await stage.checkRecord(received);
    await stage.checkPages(/Content Security Policy/);
  } finally {
    await annex.stop();
  }
};
