import assert from 'node:assert/strict';
import { startAnnex } from '../support/annex.mjs';
import { playedTo, recorded } from '../support/controls.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'A playlist (videojs-playlist)';

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  try {
    const page = await stage.open('playlist', { origin: annex.url, home: annex.url });
    await page.waitFor(() => window.player.readyState() >= 3);
    await page.evaluate(() => void window.player.play());
    await playedTo(page, 1.5);
    const left = await page.evaluate(() => {
      const at = window.player.currentTime();
      window.player.playlist.autoadvance(0);
      window.player.playlist.next();
      return at;
    });
    // Playing on is videojs-playlist's own doing.
    await recorded(page, 'started', 2);
    await page.evaluate(() => void window.player.playbackRate(4));
    await recorded(page, 'started', 3);
    await playedTo(page, 0.5);
    await page.evaluate(() => window.player.dispose());

    const received = await stage.arrived(3);
    const sessions = [...new Set(received.xapi.map(({ session }) => session))].map((id) => received.xapi.filter(({ session }) => session === id));
    const [first, second, third] = sessions;
    await stage.check('each item has a session of its own, and of its own media', () => {
      assert.deepEqual(sessions.map(([{ document }]) => Object.values(document.object.definition.name)), [['Sorting'], ['Sorting, in short'], ['Sorting, once more']]);
      assert.deepEqual(
        sessions.map((session) => [...new Set(session.map(({ media, length }) => `${media.split('/').at(-1)} ${Math.round(length)}`))]),
        [['lecture.mp4 24'], ['short.mp4 8'], ['lecture.webm 24']],
      );
    });
    await stage.check('the next item asked for while it plays: the session is closed where the learner left', () => {
      assert.deepEqual(types(withoutMilestones(first)), ['initialized', 'started', 'paused', 'terminated']);
      assert.equal(first.at(-2).reason, 'leaving');
      near(first.at(-1).position, left, 'terminated', 0.15);
      assert.equal(first.at(-1).segments.length, 1);
      near(first.at(-1).segments[0][1], left, 'the segment’s end', 0.15);
    });
    await stage.check('the next item by itself: first the end, then the close, then the next session', () => {
      assert.deepEqual(types(withoutMilestones(second)).filter((type) => type !== 'rateChanged'), ['initialized', 'started', 'completed', 'ended', 'terminated']);
      assert.deepEqual(second.at(-1).segments, [[0, second.at(-1).length]]);
      assert.ok(third[0].at > second.at(-1).at);
      near(third.find(({ type }) => type === 'started').position, 0, 'the third starts', 0.2);
    });
    await stage.checkRecord(received);
    await stage.checkPages();
  } finally {
    await annex.stop();
  }
};
