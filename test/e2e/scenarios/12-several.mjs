import assert from 'node:assert/strict';
import { recorded } from '../support/controls.mjs';
import { types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Several players in a page, and one learner after another';

const name = ({ document: { actor } }) => actor.account.name;

export const play = async (stage) => {
  const page = await stage.open('bench');
  await page.evaluate(() => {
    window.players = [1, 2, 3].map((number) => {
      const player = window.newPlayer({ muted: true });
      const analytics = player.learningAnalytics(window.optionsOf({ media: { id: `https://campus.example/videos/${number}` } }));
      analytics.listen('record', (event) => window.recorded.push(event));
      return player;
    });
    for (const player of window.players.slice(0, 2)) void player.play();
  });
  await page.waitFor(() => window.players.slice(0, 2).every((player) => player.currentTime() > 1));
  await page.evaluate(() => window.players[0].pause());
  await recorded(page, 'paused');
  await page.waitFor(() => window.players[1].currentTime() > 2);
  await page.evaluate(() => window.players[1].pause());
  await recorded(page, 'paused', 2);
  await page.goto('about:blank');
  const several = await stage.arrived(2);
  const of = (number) => several.xapi.filter(({ media }) => media.endsWith(`/${number}`));
  await stage.check('each player has its own session, and one that nobody plays has none', () => {
    assert.deepEqual([1, 2, 3].map((number) => types(withoutMilestones(of(number)))), [
      ['initialized', 'started', 'paused', 'terminated'],
      ['initialized', 'started', 'paused', 'terminated'],
      [],
    ]);
    assert.equal(new Set(several.xapi.map(({ session }) => session)).size, 2);
  });
  await stage.check('what one has watched is not the other’s', () => {
    const ends = [1, 2].map((number) => of(number).at(-1).segments.at(-1)[1]);
    assert.ok(ends[1] - ends[0] > 0.5, JSON.stringify(ends));
  });

  const next = await stage.open('player', { haste: '0.1', media: 'lecture.mp4', options: { media: { id: 'https://campus.example/videos/4' }, context: {} } });
  await next.waitFor(() => window.player.readyState() >= 3);
  await next.evaluate(() => {
    window.player.playbackRate(2);
    void window.player.play();
  });
  await next.waitFor(() => window.player.currentTime() > 2);
  await next.evaluate((id) => window.analytics.setActor({ id, name: 'Another Learner' }), `${stage.actor}-b`);
  await recorded(next, 'started', 2);
  await next.waitFor((from) => window.player.currentTime() > from + 2, { args: [await next.evaluate(() => window.player.currentTime())] });
  await stage.collect(({ xapi }) => xapi.filter((entry) => name(entry).endsWith('-b') && entry.type === 'started').length === 1);
  // Her last events cannot go out before she is gone.
  stage.demo.outage(true);
  await next.evaluate(() => window.analytics.setActor(null));
  await recorded(next, 'terminated', 2);
  const nobody = await next.evaluate(() => window.recorded.length);
  await next.waitFor((from) => window.player.currentTime() > from + 1, { args: [await next.evaluate(() => window.player.currentTime())] });
  const silent = await next.evaluate(() => window.recorded.length);
  stage.demo.outage(false);
  await next.evaluate((id) => window.analytics.setActor({ id, name: 'Sample Learner' }), stage.actor);
  await recorded(next, 'started', 3);
  await next.evaluate(async () => void (await window.analytics.flush()));
  const alone = await stage.collect(({ xapi }) => xapi.filter(({ type }) => type === 'started').length === 5);
  await next.evaluate(() => window.player.pause());
  await recorded(next, 'paused', 3);
  await next.evaluate((id) => window.analytics.setActor({ id, name: 'Another Learner' }), `${stage.actor}-b`);
  await stage.collect(({ xapi }) => xapi.filter((entry) => name(entry).endsWith('-b')).length > 3);
  await next.evaluate((id) => window.analytics.setActor({ id, name: 'Sample Learner' }), stage.actor);
  await next.goto('about:blank');

  const received = await stage.arrived(5);
  await stage.check('what was left of the second does not go out with the first one’s cookie', () => {
    const early = alone.xapi.filter((entry) => name(entry).endsWith('-b'));
    assert.deepEqual(types(withoutMilestones(early)), ['initialized', 'started']);
  });
  const fourth = received.xapi.filter(({ media }) => media.endsWith('/4'));
  const sessions = [...new Set(fourth.map(({ session }) => session))].map((id) => fourth.filter(({ session }) => session === id));
  await stage.check('another learner is another session', () => {
    assert.equal(sessions.length, 3);
    for (const session of sessions) {
      assert.deepEqual(types(withoutMilestones(session)), ['initialized', 'started', 'paused', 'terminated']);
      assert.equal(new Set(session.map(name)).size, 1);
    }
    assert.deepEqual(sessions.map(([first]) => name(first)), [stage.tag, `${stage.tag}-b`, stage.tag]);
  });
  await stage.check('and another registration, while the first learner comes back to the first', () => {
    const [a, b, c] = sessions.map(([first]) => first.registration);
    assert.notEqual(a, b);
    assert.equal(a, c);
  });
  await stage.check('no progress is carried over', () => {
    assert.equal(sessions[1].at(-1).segments.length, 1, JSON.stringify(sessions[1].at(-1).segments));
    assert.ok(sessions[1].at(-1).segments[0][0] >= 1.9, JSON.stringify(sessions[1].at(-1).segments));
    assert.equal(sessions[2].at(-1).segments.length, 2, JSON.stringify(sessions[2].at(-1).segments));
  });
  await stage.check('where nobody is, nothing is recorded', () => assert.equal(silent, nobody));
  await stage.check('the Caliper events name the same learners', () => {
    const actors = Object.fromEntries(received.caliper.map(({ id, document: { actor } }) => [id, actor.id]));
    for (const entry of received.xapi) if (actors[entry.id]) assert.equal(actors[entry.id], `https://campus.example/users/${name(entry)}`);
  });
  await stage.checkRecord(received, { mayRepeat: true });
  await stage.checkPages();
};
