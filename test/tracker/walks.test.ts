import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Actor, MediaLearningEvent, Segment } from '../../src/events.js';
import type { Options } from '../../src/options/options.js';
import { contradictions, recordedIn, trackedPage } from '../known-bugs/tracked-page.js';
import { destination, World } from '../outbox/world.js';
import { fixedRuns } from '../support/fixed-runs.js';
import { checkRecord, covered } from '../playback/invariants.js';

const USERS: readonly Actor[] = [{ id: 'https://campus.example/users/1' }, { id: 'https://campus.example/users/2' }];
const video = (n: number) => ({ id: `https://campus.example/videos/${n}` });
/** A length that no test plays to the end by itself. */
const LENGTH = 100;
/** What the page of somebody else in the same browser plays. */
const ELSEWHERE = video(9);

type Sent = MediaLearningEvent & { readonly actor: string };

/** A page on which everything changes that can: who watches, what, in which registration, with whose consent. Knows who may be said to have watched what. */
class Walk {
  readonly world = new World();
  readonly mine = destination({ map: (event, { id }) => ({ ...event, actor: id }) });
  readonly watched = new Map<string, Segment[]>();
  readonly page;
  #position = 0;
  #paused = true;
  #ad = false;
  #source = 1;
  /** Of `setMedia()`. */
  #media: number | undefined;
  /** `undefined`: not known yet. */
  #who: string | null | undefined = USERS[0]!.id;
  #unknown: (readonly [media: string, Segment])[] = [];
  #granted: boolean;
  #give: ((actor: Actor) => void) | undefined;

  constructor(options: Partial<Options>) {
    this.#granted = options.consent !== 'denied';
    this.page = trackedPage(this.world, { destinations: [this.mine], actor: USERS[0]!, media: (() => video(this.#source)) as never, ...options });
    this.page.tell('tick', { duration: LENGTH });
  }

  /** What is done by its name; `a` and `b` from 0 to 1. */
  readonly steps: Readonly<Record<string, (a: number, b: number) => unknown>> = {
    play: async (a) => {
      if (this.#position > LENGTH - 1) return;
      if (this.#paused && !this.#ad) {
        this.#paused = false;
        this.page.tell('playing', { paused: false });
      }
      await this.#run(1 + a * 8);
    },
    run: (a) => this.#run(1 + a * 5),
    long: () => this.#run(40),
    pause: async () => {
      if (!this.#ad && !this.#paused) this.page.tell('tick', { paused: (this.#paused = true) });
      await this.#wait(400);
    },
    seek: async (a) => {
      if (this.#ad) return;
      this.page.tell('seeking', { position: (this.#position = Math.floor(a * 90)), seeking: true });
      await this.#wait(50);
      this.page.tell('seeked', { seeking: false });
      await this.#wait(400);
    },
    ad: async () => {
      this.#ad = !this.#ad;
      this.page.tell(this.#ad || this.#paused ? 'tick' : 'playing', { ad: this.#ad, paused: this.#ad || this.#paused, position: this.#ad ? 1 : this.#position });
      await this.#wait(200);
    },
    source: async (a, b) => {
      if (this.#ad) return;
      this.#source = 1 + Math.floor(a * 3);
      this.page.tell('boundary', { position: (this.#position = 0), duration: NaN, paused: (this.#paused = true) }, `https://campus.example/media/${this.#source}-${b}.mp4`);
      await this.#wait(100);
      this.page.tell('tick', { duration: LENGTH });
    },
    setMedia: async (a, b) => {
      this.page.analytics.setMedia(video((this.#media = 4 + Math.floor(a * 3))));
      await this.#wait(b * 500);
    },
    setActor: async (a, b) => {
      this.#become(USERS[Math.round(a)]!, (actor) => this.page.analytics.setActor(actor));
      await this.#wait(b * 50);
    },
    nobody: async () => {
      this.#who = null;
      this.#unknown = [];
      this.page.analytics.setActor(null);
      await this.#wait(50);
    },
    later: async (a) => {
      this.#who = undefined;
      this.page.analytics.setActor(new Promise<Actor>((resolve) => (this.#give = resolve)));
      await this.#wait(a * 50);
    },
    found: async (a) => {
      if (this.#give && this.#who === undefined) this.#become(USERS[Math.round(a)]!, this.#give);
      await this.#wait(50);
    },
    deny: async () => {
      this.#granted = false;
      this.#unknown = [];
      await this.#done(this.page.analytics.denyConsent());
    },
    grant: async () => {
      this.#granted = true;
      await this.#done(this.page.analytics.grantConsent());
    },
    clear: async () => {
      this.#unknown = [];
      await this.#done(this.page.analytics.clear());
    },
    registration: async (a) => {
      this.page.analytics.newRegistration();
      await this.#wait(a * 50);
    },
    hide: async () => {
      this.page.tell('hide');
      await this.#wait(50);
    },
    away: async (a) => {
      this.page.leave();
      await this.#wait(a < 0.5 ? 100 : 300_000);
      this.page.comeBack();
      await this.#wait(50);
    },
    sleep: async (a, b) => {
      this.page.freeze();
      await this.#wait(a < 0.5 ? 60_000 : 600_000);
      if (b < 0.5) await this.#elsewhere(USERS[0]!);
      this.page.thaw();
      await this.#wait(1_000);
    },
  };

  /** Everybody comes once more, so that what waits for them is sent and what is open is closed. */
  async end(): Promise<void> {
    await this.#done(this.page.analytics.grantConsent());
    this.page.leave();
    await this.#wait(120_000);
    for (const user of USERS) {
      this.page.comeBack();
      this.#become(user, (actor) => this.page.analytics.setActor(actor));
      await this.#wait(120_000);
      this.page.leave();
      await this.#wait(60_000);
    }
    this.page.kill();
    await this.#wait(200_000);
    for (const user of USERS) await this.#elsewhere(user);
  }

  readonly #wait = (ms: number) => this.world.clock.advance(ms);

  async #done(what: Promise<void>) {
    await this.#wait(50);
    await what;
  }

  async #elsewhere(actor: Actor) {
    const other = trackedPage(this.world, { destinations: [this.mine], media: ELSEWHERE, actor });
    await other.play(2);
    other.leave();
    await this.#wait(20_000);
    other.kill();
  }

  async #run(seconds: number) {
    for (let i = 0; i < seconds * 2; i++) {
      await this.#wait(500);
      const to = Math.min(LENGTH, this.#position + 0.5);
      if (!this.#ad && !this.#paused && to > this.#position) {
        this.#watch([this.#position, to]);
        this.#position = to;
      }
      this.page.tell('tick', { position: this.#ad ? 1 : this.#position, ad: this.#ad, paused: this.#ad || this.#paused });
    }
  }

  #watch(stretch: Segment) {
    const { id } = video(this.#media ?? this.#source);
    if (!this.#granted || this.#who === null) return;
    if (this.#who === undefined) this.#unknown.push([id, stretch]);
    else this.#count(this.#who, id, stretch);
  }

  #count(who: string, media: string, stretch: Segment) {
    const key = `${who} ${media}`;
    this.watched.set(key, [...(this.watched.get(key) ?? []), stretch]);
  }

  #become(user: Actor, tell: (actor: Actor) => void) {
    for (const [media, stretch] of this.#unknown.splice(0)) this.#count(user.id, media, stretch);
    this.#who = user.id;
    this.#give = undefined;
    tell(user);
  }
}

const NAMES = Object.keys(new Walk({}).steps);
const step = fc.record({
  name: fc.constantFrom(...NAMES, ...Array<string>(4).fill('play'), ...Array<string>(4).fill('run'), 'seek', 'pause', 'ad'),
  a: fc.double({ min: 0, max: 1, noNaN: true }),
  b: fc.double({ min: 0, max: 1, noNaN: true }),
});
const options: fc.Arbitrary<Partial<Options>> = fc.record({
  startOn: fc.constantFrom('play', 'metadata'),
  milestoneBasis: fc.constantFrom('watched', 'reached'),
  milestones: fc.constantFrom([0, 25, 50, 75, 100], { every: 1, unit: 'seconds' } as const, false as const),
  recoverSessions: fc.boolean(),
  consent: fc.constantFrom('granted', 'granted', 'pending', 'denied'),
  resume: fc.constantFrom(true, true, false),
});

/** What must not be there twice. */
const repeated = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) < index);

test('whatever changes, nobody is said to have watched what they did not, and all is told once', async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.boolean(), fc.array(step, { minLength: 5, maxLength: 25 }), async (given, isSlow, steps) => {
      const clock = () => walk.world.clock;
      const resume = isSlow && given.resume ? () => new Promise<object>((resolve) => clock().set(() => resolve({}), 3_000)) : given.resume!;
      const walk = new Walk({ ...given, resume });
      for (const { name, a, b } of steps) await walk.steps[name]!(a, b);
      await walk.end();
      const { world, page, watched } = walk;
      const sent = recordedIn(world) as Sent[];
      const sessions = [...new Set(sent.map(({ session }) => session))].map((session) => sent.filter((event) => event.session === session).sort((one, other) => one.time - other.time));

      expect(world.warnings.filter((warning) => warning.includes('went wrong'))).toEqual([]);
      expect(contradictions(world)).toEqual([]);
      checkRecord(page.events, undefined);
      for (const own of sessions) {
        expect(new Set(own.map(({ media, actor }) => `${actor} ${media.id}`)).size).toBe(1);
        const over = own.findIndex(({ type }) => type === 'terminated');
        expect(own.slice(over + 1 || own.length).map(({ type }) => type), 'after the end').toEqual([]);
      }
      for (const { actor, media, type, progress } of sent) {
        if (media.id === ELSEWHERE.id) continue;
        const truth = watched.get(`${actor} ${media.id}`) ?? [];
        // What a signal tells of the moment before it may lie on either side of what changed there.
        expect(covered([...progress.segments, ...truth]) - covered(truth), `${type} of ${actor} ${media.id}: ${JSON.stringify(progress.segments)}`).toBeLessThan(2.01);
      }
      const once = sent.flatMap((event) => (event.type === 'completed' || event.type === 'progressed' ? [`${event.actor} ${event.registration} ${event.type} ${event.type === 'progressed' ? event.milestone : ''}`] : []));
      if (given.resume) expect(repeated(once)).toEqual([]);
    }),
    fixedRuns(40),
  );
}, 600_000);
