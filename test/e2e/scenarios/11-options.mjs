import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { loaded, pausedAt, playedTo, recorded } from '../support/controls.mjs';
import { milestones, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Milestones, completion and the beginning as the options want them';

const range = (from, to, step) => Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);

export const play = async (stage) => {

  /** Plays with these options in a registration of its own; answers with the session. */
  const watch = async (options, act) => {
    const registration = randomUUID();
    const page = await stage.open('player', { registration, options: { ...options, context: { registration } } });
    await loaded(page);
    await act(page);
    await page.goto('about:blank');
    // Its own end: those of the others come when they like.
    const own = ({ xapi }) => xapi.filter((entry) => entry.registration === registration);
    const entries = own(await stage.collect((received) => own(received).some(({ type }) => type === 'terminated')));
    // Not before: closing kills a page that has gone to another process and has not heard of it yet.
    await page.close();
    return entries;
  };
  const toTheEnd = async (page) => {
    await page.evaluate(() => {
      window.player.playbackRate(2);
      void window.player.play();
    });
    await recorded(page, 'ended', 1);
  };
  const fourSeconds = async (page) => {
    await page.evaluate(() => {
      window.player.playbackRate(2);
      void window.player.play();
    });
    await pausedAt(page, 5.1);
  };

  const [tenths, seconds, jumped, watched, early] = await Promise.all([
    watch({ milestones: { every: 10, unit: 'percent' } }, toTheEnd),
    watch({ milestones: { every: 2, unit: 'seconds' }, completion: { secondsFromEnd: 4 } }, fourSeconds),
    watch({ milestoneBasis: 'reached' }, async (page) => {
      await page.evaluate(() => void window.player.play());
      await playedTo(page, 0.5);
      await page.evaluate(() => void window.player.currentTime(6.5));
      await pausedAt(page, 6.7);
      await recorded(page, 'progressed', 4);
    }),
    watch({ milestones: [5, 50] }, async (page) => {
      await page.evaluate(() => void window.player.play());
      await recorded(page, 'progressed', 1);
      await page.evaluate(() => void window.player.currentTime(6.5));
      await pausedAt(page, 6.7);
    }),
    watch({ startOn: 'metadata', milestones: false }, async (page) => {
      await recorded(page, 'initialized');
    }),
  ]);

  await stage.check('every 10 percent', () => {
    assert.deepEqual(milestones(tenths), range(0, 100, 10));
    assert.deepEqual([...new Set(tenths.filter(({ type }) => type === 'progressed').map(({ unit, basis }) => `${unit} ${basis}`))], ['percent watched']);
  });
  await stage.check('every 2 seconds', () => {
    const { segments } = seconds.at(-1);
    assert.deepEqual(milestones(seconds), range(0, segments[0][1], 2));
    assert.ok(milestones(seconds).length >= 3);
    assert.equal(seconds.find(({ type }) => type === 'progressed').unit, 'seconds');
  });
  await stage.check('completed when all but 4 seconds of the 8 are watched', () => {
    const [completed] = seconds.filter(({ type }) => type === 'completed');
    assert.ok(completed, types(seconds).join());
    assert.ok(completed.fraction >= 0.49 && completed.fraction <= 0.7, `at ${completed.fraction}`);
    assert.equal(completed.document.context.extensions['https://w3id.org/xapi/video/extensions/completion-threshold'], 0.5);
  });
  await stage.check('reached: a jump to 81 % passes all below, but completes nothing', () => {
    assert.deepEqual(milestones(jumped), [0, 25, 50, 75]);
    assert.deepEqual(types(withoutMilestones(jumped)), ['initialized', 'started', 'seeked', 'paused', 'terminated']);
    assert.equal(jumped.find(({ type }) => type === 'progressed').basis, 'reached');
  });
  await stage.check('watched: the same jump passes none', () => assert.deepEqual(milestones(watched), [5]));
  await stage.check('startOn metadata: a session without a play', () => assert.deepEqual(types(early), ['initialized', 'terminated']));
  await stage.checkRecord(await stage.received(), { mayRepeat: true, mayOvertake: true });
  await stage.checkPages();
};
