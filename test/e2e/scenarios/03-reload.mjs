import assert from 'node:assert/strict';
import { loaded, playedTo, recorded } from '../support/controls.mjs';
import { milestones, near, types, union, withoutMilestones } from '../support/stage.mjs';

export const title = 'The page is reloaded in the middle';

/** Answers with where the page was left. */
const reload = async (page) => {
  const before = await page.evaluate(() => {
    setTimeout(() => location.reload());
    return performance.timeOrigin;
  });
  await page.waitFor((former) => performance.timeOrigin !== former && window.analytics, { args: [before] });
  await loaded(page);
  return page.evaluate(() => window.witness.left());
};

export const play = async (stage) => {
  const page = await stage.open('player');
  await loaded(page);
  await page.evaluate(() => void window.player.play());
  await playedTo(page, 3);
  const first = await reload(page);
  const remembered = await page.waitFor(() => window.analytics.progress.segments[0] && window.analytics.progress);

  await page.evaluate(() => {
    window.player.currentTime(2.5);
    window.player.playbackRate(2);
    window.player.play();
  });
  await recorded(page, 'ended', 1);
  const second = await reload(page);

  await page.evaluate(() => void window.player.play());
  await playedTo(page, 1);
  await page.goto('about:blank');
  const received = await stage.arrived(3);
  const { xapi } = received;
  const sessions = [...new Set(xapi.map(({ session }) => session))].map((id) => xapi.filter(({ session }) => session === id));

  await stage.check('three sessions, each with a beginning and an end', () =>
    assert.deepEqual(
      sessions.map((session) => types(withoutMilestones(session))),
      [
        ['initialized', 'started', 'paused', 'terminated'],
        ['initialized', 'started', 'completed', 'ended', 'terminated'],
        ['initialized', 'started', 'paused', 'terminated'],
      ],
    ),
  );
  await stage.check('the reload ended the first one where it was, since the learner left', () => {
    const [paused, terminated] = sessions[0].slice(-2);
    assert.equal(paused.reason, 'leaving');
    near(paused.position, first.at, 'paused');
    near(terminated.position, first.at, 'terminated');
  });
  await stage.check('before the first play of the second, its progress is what is remembered, and where it was left', () => {
    near(remembered.segments[0][1], first.played[0][1], 'to');
    near(remembered.position, first.at, 'position');
    near(remembered.fraction, first.played[0][1] / xapi[0].length, 'fraction', 0.05);
  });
  await stage.check('the registration is the same', () => assert.equal(new Set(xapi.map(({ registration }) => registration)).size, 1));
  await stage.check('milestones and completion are not repeated', () => {
    assert.deepEqual(milestones(xapi), [0, 25, 50, 75, 100]);
    assert.equal(xapi.filter(({ type }) => type === 'completed').length, 1);
  });
  await stage.check('the progress of the second goes on from the first', () => {
    const told = union(sessions[1].at(-1).segments);
    const expected = union([...first.played, ...second.played]);
    assert.equal(told.length, expected.length, `${JSON.stringify(told)} for ${JSON.stringify(expected)}`);
    near(told[0][0], expected[0][0], 'from');
    near(told[0][1], expected[0][1], 'to');
    assert.ok(sessions[1].at(-1).fraction >= 0.98, `${sessions[1].at(-1).fraction}`);
  });
  await stage.check('the repeat of the third is kept', () => {
    const [[, to], ...rest] = sessions[2].at(-1).segments.toReversed();
    near(to, sessions[2].at(-1).position, 'the last segment’s end');
    assert.ok(rest.length >= 2, JSON.stringify(sessions[2].at(-1).segments));
  });
  await stage.checkRecord(received, { mayRepeat: true });
  await stage.checkPages();
};
