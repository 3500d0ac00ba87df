import assert from 'node:assert/strict';
import { createRandom } from '../../engines/random.mjs';
import { loaded, playedTo } from '../support/controls.mjs';
import { collect, count, readReceived } from '../support/received.mjs';
import { milestones, types, union } from '../support/stage.mjs';

export const title = 'Random learners who reload, leave, come back, open a second tab and lose the network';

const [FIRST, MANY] = (process.env.JOURNEYS ?? '7+2').split('+').map(Number);

const LENGTH = 8;

const lengthOf = (segments) => segments.reduce((sum, [from, to]) => sum + to - from, 0);

/** What lies in the one and not in the other. */
const beyond = (one, other) => lengthOf(union([...one, ...other])) - lengthOf(union(other));

const readLives = () =>
  Object.entries({ ...localStorage })
    .filter(([name]) => name.startsWith('life '))
    .map(([, ranges]) => JSON.parse(ranges));

const go = async (page, act) => {
  const before = await page.evaluate(() => {
    window.here = true;
    return window.shows ?? 0;
  });
  await act();
  await page.waitFor((shows) => document.readyState === 'complete' && (!window.here || window.shows > shows), { args: [before] });
};

const ready = async (page) => {
  await page.waitFor(() => window.analytics && window.player);
  await loaded(page);
};

/** @returns {Promise<string[]>} what was done */
const walk = async (stage, seed) => {
  const { whole, between, chance, weighted } = createRandom(seed);
  const { demo } = stage;
  const open = async () => {
    const page = await stage.open('journey');
    await ready(page);
    return page;
  };
  const empty = `${demo.url}/test/empty.html`;
  const pages = [await open()];
  const done = [];
  let isAway = false;

  const STEPS = [
    [5, 'play', async (page) => {
      const from = await page.evaluate(() => {
        if (window.player.ended()) window.player.currentTime(0);
        void window.player.play();
        return window.player.currentTime();
      });
      const to = Math.min(LENGTH - 0.3, from + between(0.3, 2));
      if (to > from) await playedTo(page, to);
      if (chance(0.5)) await page.evaluate(() => window.player.pause());
    }],
    [2, 'seek', async (page) => {
      const to = between(0, LENGTH - 0.5);
      await page.evaluate((seconds) => window.player.currentTime(seconds), to);
      await page.waitFor(() => !window.player.seeking());
    }],
    [1, 'rate', (page) => page.evaluate((rate) => window.player.playbackRate(rate), whole(1, 2))],
    [2, 'reload', async (page) => {
      await go(page, () => page.evaluate(() => void setTimeout(() => location.reload())));
      await ready(page);
    }],
    [2, 'leave and come back', async (page) => {
      await go(page, () => page.evaluate((url) => void setTimeout(() => (location.href = url)), empty));
      await go(page, () => page.evaluate(() => void setTimeout(() => history.back())));
      await ready(page);
    }],
    [1, 'another tab', async () => {
      if (pages.length < 3) pages.push(await open());
    }],
    [1, 'close', async (page) => {
      await page.close();
      pages.splice(pages.indexOf(page), 1);
      if (!pages[0]) pages.push(await open());
    }],
    [1, 'outage', () => demo.outage((isAway = !isAway))],
  ].map(([weight, name, act]) => [weight, { name, act }]);

  for (let n = whole(7, 12), first = STEPS[0][1]; n > 0; n -= 1) {
    const { name, act } = done[0] ? weighted(STEPS) : first;
    const at = whole(0, pages.length - 1);
    done.push(`${at} ${name}`);
    await act(pages[at]);
  }
  demo.outage(false);
  for (const page of pages) await page.goto(empty);
  return done;
};

const journey = async (stage, seed) => {
  stage.actor = `https://campus.example/users/${stage.tag}/${seed}`;
  const since = Date.now() - 1;
  const done = await walk(stage, seed);
  const last = await stage.open('journey');
  const lives = await last.evaluate(readLives);
  await last.waitFor(
    async () => {
      await window.analytics.flush();
      return (await window.analytics.pending()) === 0;
    },
    { timeout: 40_000 },
  );
  await last.evaluate(() => localStorage.clear());
  await last.goto('about:blank');
  // One journey's worth: in memory, the record store loses its place where it has to turn many pages.
  const received = await collect(
    () => readReceived(stage.demo.url, { since, tag: stage.tag }),
    ({ xapi }) => count(xapi, 'initialized') === count(xapi, 'terminated'),
  );
  const { xapi: mine } = received;
  const sessions = [...new Set(mine.map(({ session }) => session))].map((id) => mine.filter(({ session }) => session === id));
  const what = `seed ${seed}: ${done.join(', ')}`;

  await stage.check(`${what}: each session begins, ends once, and holds nothing after`, () => {
    for (const session of sessions) {
      const told = types(session);
      assert.deepEqual([told[0], told.at(-1)], ['initialized', 'terminated'], told.join());
      assert.equal(told.filter((type) => /initialized|terminated/.test(type)).length, 2, told.join());
      session.slice(1).forEach(({ at }, n) => assert.ok(at > session[n].at, told.join()));
    }
  });
  await stage.check('one registration; milestones and completion once in it', () => {
    assert.ok(new Set(mine.map(({ registration }) => registration)).size <= 1);
    const passed = milestones(mine);
    assert.equal(new Set(passed).size, passed.length, passed.join());
    assert.ok(mine.filter(({ type }) => type === 'completed').length <= 1);
  });
  await stage.check('all that the elements counted as played is told, and nothing else', () => {
    const told = union(sessions.flatMap((session) => session.at(-1).segments));
    const seen = union(lives.flat());
    const detail = `${JSON.stringify(told)} for ${JSON.stringify(seen)}`;
    assert.ok(beyond(told, seen) < 0.3, `too much: ${detail}`);
    assert.ok(beyond(seen, told) < 0.3, `too little: ${detail}`);
  });
  await stage.check('a session that begins after another ended knows what that one watched', () => {
    for (const session of sessions) {
      for (const before of sessions) {
        if (before.at(-1).at + 500 < session[0].at) {
          const detail = `${JSON.stringify(before.at(-1).segments)} then ${JSON.stringify(session.at(-1).segments)}`;
          assert.ok(beyond(before.at(-1).segments, session.at(-1).segments) < 0.05, detail);
        }
      }
    }
  });
  return received;
};

export const play = async (stage) => {
  for (let seed = FIRST; seed < FIRST + MANY; seed += 1) {
    await stage.checkRecord(await journey(stage, seed), { mayRepeat: true, mayOvertake: true });
  }
  await stage.checkPages();
};
