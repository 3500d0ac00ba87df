import { IDBDatabase, IDBTransaction } from 'fake-indexeddb';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { World } from '../outbox/world.js';
import { checkpoints, contradictions, recordedIn, trackedPage } from './tracked-page.js';

const DEAD = 130_000;

// T54, T40, T41: hardly any terminated was ever seen, since no page that dies can send it.
test('a session whose page died without a word is closed by the next page, where it was last heard of, and once', async () => {
  const world = new World();
  const first = trackedPage(world);
  await first.play(20);
  first.kill();
  const died = world.clock.time;
  await world.clock.advance(DEAD);
  for (let i = 0; i < 2; i++) {
    const next = trackedPage(world);
    await next.play(2);
    next.leave();
    await world.clock.advance(10_000);
    next.kill();
  }
  const events = recordedIn(world);
  const sessions = [...new Set(events.map(({ session }) => session))];
  expect(sessions).toHaveLength(3);
  const ends = events.filter(({ type }) => type === 'terminated');
  expect(ends.map(({ session }) => session).sort()).toEqual([...sessions].sort());
  const own = events.filter(({ session }) => session === sessions[0]).sort((a, b) => a.time - b.time);
  const [paused, terminated] = own.slice(-2);
  expect([paused, terminated]).toMatchObject([{ type: 'paused', reason: 'leaving' }, { type: 'terminated' }]);
  // A beat a quarter of a minute.
  for (const { position, time } of [paused!, terminated!]) {
    expect(Math.abs(position - 20)).toBeLessThan(15.1);
    expect(time).toBeGreaterThan(died - 15_100);
    expect(time).toBeLessThanOrEqual(died + 2);
  }
});

// RudderStack: timers of a background tab come once a minute, and its live queue was taken for a dead one's.
test('a session in a tab that is only slow is nobody else\'s to close', async () => {
  const world = new World();
  const slow = trackedPage(world, { throttled: true });
  await slow.play(5);
  await world.clock.advance(DEAD * 2);
  const other = trackedPage(world);
  await other.play(2);
  other.leave();
  await world.clock.advance(30_000);
  await slow.play(5);
  slow.leave();
  await world.clock.advance(120_000);
  const events = recordedIn(world);
  const [first] = events;
  const own = events.filter(({ session }) => session === first!.session).sort((a, b) => a.time - b.time);
  expect(own.filter(({ type }) => type === 'terminated')).toHaveLength(1);
  expect(own.at(-1)).toMatchObject({ type: 'terminated', position: 10 });
});

// PostHog: memory only, so that a reload without a network lost everything.
test('what was recorded without a network is there after a reload with one', async () => {
  const world = new World();
  world.online = false;
  const first = trackedPage(world);
  await first.play(3);
  first.leave();
  await world.clock.advance(1_000);
  first.kill();
  world.online = true;
  trackedPage(world);
  await world.clock.advance(600_000);
  expect(recordedIn(world).map(({ type }) => type)).toEqual(['initialized', 'started', 'progressed', 'paused', 'terminated']);
});

type Tracked = ReturnType<typeof trackedPage>;

// A page that goes never learns how far it came.
describe('whatever comes through of the end of a session', () => {
  const OTHER = 'https://campus.example/media/other.mp4';
  const LAST = {
    'its page goes': (page: Tracked) => page.leave(),
    'its player goes': (page: Tracked) => page.analytics.dispose(),
    'its source goes': (page: Tracked) => page.tell('boundary', {}, OTHER),
    'its source goes, and then its page': (page: Tracked) => {
      page.tell('boundary', {}, OTHER);
      page.leave();
    },
  };
  const STATES = { playing: {}, 'playing, and completed': { completion: { threshold: 0.1 } }, 'completed just now': { completion: { threshold: 0.2 } }, paused: {} };
  const cases = Object.keys(LAST).flatMap((last) => Object.keys(STATES).flatMap((state) => [{}, { resume: false }].map((more) => [last, state, more] as const))) as [keyof typeof LAST, keyof typeof STATES, { resume?: false }][];
  const SURROUNDINGS = [[true, 'there'], [true, 'lost'], [false, 'there'], [false, 'full']] as const;

  /** A session that has ended as far as so many transactions, and what is left of it besides. */
  const ended = async (how: keyof typeof LAST, state: keyof typeof STATES, more: object, { online, answered, journal, through }: { online: boolean; answered: boolean; journal: string; through: number }) => {
    const world = new World();
    const options = { ...STATES[state], ...more };
    const page = trackedPage(world, options);
    await page.play(20);
    if (state === 'paused') {
      page.tell('tick', { paused: true });
      await world.clock.advance(1_000);
    }
    const session = page.analytics.session!;
    world.online = online;
    if (journal === 'full') world.storage.quota = 10;
    const cut = await page.die(() => LAST[how](page), through, answered);
    if (journal === 'lost') world.storage.items.clear();
    world.online = true;
    world.storage.quota = Infinity;
    const visit = async (wait: number) => {
      await world.clock.advance(wait);
      const next = trackedPage(world, options);
      await next.play(3);
      next.leave();
      await world.clock.advance(10_000);
      next.kill();
    };
    return { world, options, session, cut, visit };
  };

  const check = async (world: World, session: string, sessions: number, run: string) => {
    const ends = recordedIn(world).filter((event) => event.session === session).sort((a, b) => a.time - b.time).slice(-2);
    expect(ends.map(({ type }) => type), run).toEqual(['paused', 'terminated']);
    expect(recordedIn(world).filter(({ type }) => type === 'terminated'), run).toHaveLength(sessions);
    expect(await checkpoints(world), run).toEqual([]);
  };

  test.each(cases)('%s, %s, %o: it has one end, the same to the byte, and is remembered once', async (how, state, more) => {
    for (const [online, journal] of SURROUNDINGS) for (const answered of [false, true]) for (let through = 0, going = true; going; through++) {
      const given = { online, answered, journal, through };
      const { world, session, cut, visit } = await ended(how, state, more, given);
      going = cut;
      const run = JSON.stringify(given);
      await visit(1_000);
      await visit(DEAD);
      await check(world, session, 3, run);
      const { secondsPlayed } = recordedIn(world).at(-1)!.progress;
      // Where nothing of its end came through, it ends where it was last heard of, whatever the endpoint alone has of that.
      const known = through > (state === 'completed just now' ? 1 : 0) || journal === 'there';
      if ('resume' in more) expect(secondsPlayed, run).toBeCloseTo(3, 0);
      else if (known) expect(secondsPlayed, run).toBeCloseTo(26, 0);
      else expect(Math.abs(secondsPlayed - 18.5), run).toBeLessThan(8.5);
      if (known || !online) expect(contradictions(world), run).toEqual([]);
    }
  });

  test.each(['there', 'lost'])('and of its recovery by the next page: the same, localStorage is %s', async (journal) => {
    for (const through of [0, 1]) for (const online of [true, false]) for (let recovered = 0, going = true; going; recovered++) {
      const run = JSON.stringify({ through, online, recovered });
      const { world, options, session, visit } = await ended('its page goes', 'playing, and completed', {}, { online: false, answered: false, journal, through });
      await world.clock.advance(DEAD);
      const second = trackedPage(world, options);
      going = await second.die(async () => {
        await second.play(1);
        world.online = online;
        second.leave();
      }, recovered);
      world.online = true;
      if (journal === 'lost') world.storage.items.clear();
      await visit(DEAD);
      await visit(DEAD);
      expect(contradictions(world).filter(([one]) => JSON.parse(one!).session === session), run).toEqual([]);
      const ends = recordedIn(world).filter((event) => event.session === session && /paused|terminated/.test(event.type));
      expect(ends.map(({ type }) => type).sort(), run).toEqual(['paused', 'terminated']);
      expect(recordedIn(world).at(-1)!.progress.secondsPlayed, run).toBeLessThan(28);
    }
  });
});

// WebKit keeps what a page that goes has open, and the next page waits for it.
test.each([['leave', true], ['halt', true], ['hide', false]] as const)('what is under way in the store as a page goes, or stands still, is let go of: %s', async (how, lets) => {
  const world = new World();
  // A lease is read and written in one transaction.
  world.withLocks = false;
  const page = trackedPage(world);
  await page.play(3);
  const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const committed = vi.spyOn(IDBTransaction.prototype, 'commit');
  const aborted = vi.spyOn(IDBTransaction.prototype, 'abort');
  onTestFinished(() => void vi.restoreAllMocks());
  void page.analytics.flush();
  const isOpen = () => begun.mock.results.some(({ value }, i) => begun.mock.calls[i]![1] === 'readwrite' && !committed.mock.contexts.includes(value));
  for (let i = 0; i < 50 && !isOpen(); i++) await Promise.resolve();
  expect(isOpen()).toBe(true);
  expect(aborted).not.toHaveBeenCalled();
  page[how]();
  expect(aborted.mock.calls.length > 0).toBe(lets);
});
