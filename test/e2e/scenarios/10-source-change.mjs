import assert from 'node:assert/strict';
import { loaded, playedTo, recorded } from '../support/controls.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Another source while the first one plays';

const change = (page, src, type) =>
  page.evaluate(
    (...source) => {
      const at = window.player.currentTime();
      window.player.src({ src: source[0], type: source[1] });
      return at;
    },
    src,
    type,
  );

export const play = async (stage) => {
  const page = await stage.open('sources');
  await loaded(page);
  await page.evaluate(() => {
    window.player.playbackRate(2);
    void window.player.play();
  });
  await playedTo(page, 2.5);
  const first = await change(page, '/media/short.mp4', 'video/mp4');
  await page.waitFor(() => window.player.currentSrc().endsWith('short.mp4') && window.player.readyState() >= 2);
  await page.evaluate(() => void window.player.play());
  await recorded(page, 'started', 2);
  await playedTo(page, 1.5);
  // Back to the first while paused: that session ended at its pause.
  await page.evaluate(() => window.player.pause());
  await recorded(page, 'paused', 2);
  const second = await change(page, '/media/lecture.webm', 'video/webm');
  await page.waitFor(() => window.player.currentSrc().endsWith('lecture.webm') && window.player.readyState() >= 2);
  await page.evaluate(() => void window.player.play());
  await recorded(page, 'started', 3);
  await playedTo(page, 1);
  const third = await page.evaluate(() => {
    const at = window.player.currentTime();
    window.player.reset();
    return at;
  });
  await recorded(page, 'terminated', 3);
  const received = await stage.arrived(3);
  const sessions = [...new Set(received.xapi.map(({ session }) => session))].map((id) => received.xapi.filter(({ session }) => session === id));

  await stage.check('each source has a session of its own', () =>
    assert.deepEqual(
      sessions.map((session) => types(withoutMilestones(session)).filter((type) => type !== 'rateChanged')),
      [
        ['initialized', 'started', 'paused', 'terminated'],
        ['initialized', 'started', 'paused', 'terminated'],
        ['initialized', 'started', 'paused', 'terminated'],
      ],
    ),
  );
  await stage.check('each is closed at its last true place', () => {
    for (const [at, position] of [first, second, third].entries()) {
      near(sessions[at].at(-1).position, position, `session ${at + 1}, terminated`, 0.4);
      near(sessions[at].findLast(({ type }) => type === 'paused').position, position, `session ${at + 1}, paused`, 0.4);
      near(sessions[at].at(-1).segments.at(-1)[1], position, `session ${at + 1}, the segment’s end`, 0.4);
    }
  });
  await stage.check('who left while it played is told from who paused', () =>
    assert.deepEqual(sessions.map((session) => session.findLast(({ type }) => type === 'paused').reason), ['leaving', undefined, 'leaving']),
  );
  await stage.check('each stays with its own media, to the last statement', () =>
    assert.deepEqual(
      sessions.map((session) => [...new Set(session.map(({ media, length }) => `${media} ${Math.round(length)}`))]),
      [['https://campus.example/videos/lecture 24'], ['https://campus.example/videos/short 8'], ['https://campus.example/videos/lecture 24']],
    ),
  );
  await stage.check('the third goes on from the first, which was the same media', () => {
    const { segments } = sessions[2].at(-1);
    near(segments[0][1], first, 'the first session’s segment', 0.4);
    assert.equal(segments.length, 2, JSON.stringify(segments));
  });
  await stage.checkRecord(received);
  await stage.checkPages();
};
