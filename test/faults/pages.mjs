import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Scenarios in which the page, the tab or the browser goes.

/** Answers so slowly that something happens meanwhile. */
const slow = (after) => ({ ids }) => (ids.length > 0 ? { after } : undefined);

const sent = (stage, requests) => stage.until(() => stage.proxy.state.attempts >= requests, `${requests} requests`);

const OURS = 'https://w3id.org/videojs-learning-analytics/extensions/';
const VIDEO = 'https://w3id.org/xapi/video/extensions/';

/** In a page: whether it holds a lock of the outbox. Which client of the browser it is, a lock of its own tells. */
const isSending = () =>
  navigator.locks.request(`who-${Math.random()}`, async ({ name }) => {
    const { held } = await navigator.locks.query();
    const { clientId } = held.find((lock) => lock.name === name);
    return held.some((lock) => lock.clientId === clientId && lock.name.startsWith('videojs-learning-analytics:'));
  });

/** What the record store took, session by session, in the order in which it happened. */
const sessionsOf = (stage) => {
  const sessions = new Map();
  const seen = new Set();
  for (const { id, raw } of stage.proxy.state.taken) {
    if (seen.has(id)) continue;
    seen.add(id);
    const { timestamp, result = {}, context } = JSON.parse(raw);
    const { [`${VIDEO}session-id`]: session, [`${OURS}event`]: type } = context.extensions;
    const { [`${VIDEO}played-segments`]: segments = '', [`${OURS}milestone`]: milestone } = result.extensions ?? {};
    const pairs = segments ? segments.split('[,]').map((pair) => pair.split('[.]').map(Number)) : [];
    sessions.set(session, [...(sessions.get(session) ?? []), { type, at: Date.parse(timestamp), segments: pairs, milestone, registration: context.registration }]);
  }
  return [...sessions.values()].map((events) => events.sort((a, b) => a.at - b.at)).sort(([a], [b]) => a.at - b.at);
};

/** What starts a browser of the scenario's own, and starts it again on the same profile when it was killed. */
const mortal = async (stage) => {
  const profile = await mkdtemp(join(tmpdir(), 'faults-profile-'));
  stage.after = () => rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  const args = stage.kind === 'chromium' ? ['--hide-crash-restore-bubble'] : [];
  return () => stage.launch({ profile, args });
};

export const pages = [
  {
    name: 'reload during a request',
    short: true,
    // What leaves with the page may overtake the request that is under way.
    ordered: false,
    async run(stage) {
      stage.proxy.fault = slow(400);
      let page = await stage.open();
      for (let i = 1; i <= 5; i += 1) {
        await stage.emit(page, 40);
        const before = stage.proxy.state.attempts;
        await sent(stage, before + 1);
        page = await stage.go(page);
      }
      stage.proxy.heal();
      await stage.drain(page);
    },
  },
  {
    name: 'tab closed during a drain',
    short: true,
    // WebKit's driver opens no tab once one was closed.
    engines: ['chromium', 'firefox'],
    ordered: false,
    async run(stage) {
      await stage.blank();
      for (let i = 0; i < 5; i += 1) {
        const page = await stage.open();
        stage.proxy.down = true;
        await stage.emit(page, 100);
        stage.proxy.down = false;
        stage.proxy.fault = slow(150);
        void page.evaluate(() => void window.analytics.flush()).catch(() => {});
        const before = stage.proxy.state.attempts;
        await sent(stage, before + 2);
        await page.close();
      }
      stage.proxy.heal();
      await stage.drain(await stage.open());
    },
  },
  {
    name: 'five tabs at once, one killed',
    own: true,
    async run(stage) {
      const five = [];
      for (let i = 0; i < 5; i += 1) five.push(await stage.open());
      stage.proxy.down = true;
      await Promise.all(five.map((page) => stage.emit(page, 60)));
      stage.proxy.down = false;
      stage.proxy.fault = slow(150);
      const flushes = five.map((page) => page.evaluate(() => window.analytics.flush()).catch(() => null));
      await sent(stage, stage.proxy.state.attempts + 2);
      // One that sends dies in the middle.
      const at = (await Promise.all(five.map((page) => page.evaluate(isSending)))).indexOf(true);
      if (at < 0) throw new Error('No tab sends');
      const [dead] = five.splice(at, 1);
      stage.notes.push(`tab ${at + 1} of 5 was killed while it sent`);
      const dying = stage.kind === 'chromium' ? dead.goto('chrome://crash').catch(() => {}) : dead.close();
      await Promise.race([dying, stage.pause(3_000)]);
      await Promise.race([Promise.all(flushes), stage.pause(5_000)]);
      await Promise.all(five.map((page) => stage.emit(page, 40)));
      stage.proxy.heal();
      await stage.drain(five[3]);
    },
  },
  {
    name: 'back from the back/forward cache',
    // Not every event of a session has a place in Caliper.
    kinds: ['xapi'],
    engines: ['chromium', 'firefox'],
    // The driver takes the cache away from Firefox.
    browserOptions: { firefox: { preferences: { 'fission.bfcacheInParent': true } } },
    async run(stage) {
      const page = await stage.open({ media: '/media/short.mp4', queue: { flushInterval: 50 } });
      const persisted = { idle: 0, sending: 0 };
      const sessions = new Set();
      const masked = () => stage.notes.filter((note) => note.includes('masked')).length;
      for (let i = 0; i < 10; i += 1) {
        const how = i % 2 ? 'sending' : 'idle';
        stage.proxy.fault = how === 'sending' ? slow(500) : () => {};
        const silent = await page.evaluate(async () => {
          const { length } = window.recorded;
          window.video.currentTime = 0;
          await window.video.play();
          return length;
        });
        await page.waitFor((count) => window.analytics.session && window.recorded.length > count + 1, { args: [silent] });
        sessions.add(await page.evaluate(() => window.analytics.session));
        const { attempts } = stage.proxy.state;
        // While media plays, Chromium itself does not always keep a page (measured: "masked").
        const before = await page.evaluate(() => {
          window.video.pause();
          return window.recorded.length;
        });
        await page.waitFor((count) => window.recorded.length > count, { args: [before] });
        if (how === 'sending') await sent(stage, attempts + 1);
        // Nothing to do is not even the end of a drain.
        if (how === 'idle') await page.waitFor(async () => (await window.analytics.pending()) === 0 && !(await navigator.locks.query()).held.length);
        stage.expect(await page.evaluate(() => window.recorded));
        await page.evaluate(() => {
          delete window.persisted;
          setTimeout(() => location.assign('/page/empty.html'), 0);
        });
        await page.waitFor(() => location.pathname === '/page/empty.html');
        await page.evaluate(() => void setTimeout(() => history.back(), 0));
        await page.waitFor(() => window.ready && window.persisted !== undefined);
        if (await page.evaluate(() => window.persisted)) persisted[how] += 1;
        else {
          stage.reloaded = true;
          const why = await page.evaluate(() => JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons?.reasons ?? 'no reason given'));
          stage.notes.push(`not kept: ${why}`);
          // A reason of the browser's own, which media that has just played is enough for: not the page's doing.
          if (why === '[{"reason":"masked"}]' && stage.notes.length < 4) i -= 1;
        }
      }
      stage.notes.push(`kept ${persisted.idle} of 5 while idle, ${persisted.sending} of 5 while sending`);
      if (stage.kind === 'chromium' && persisted.sending < 5) throw new Error(`A page that sends is not kept in the cache: ${stage.notes.join('; ')}`);
      if (persisted.idle < 5) throw new Error(`A page with nothing to do is not kept in the cache: ${stage.notes.join('; ')}`);
      if (sessions.size < 10 + masked()) throw new Error(`${sessions.size} sessions in ${10 + masked()} visits`);
      stage.proxy.heal();
      // What a page records while it goes for good nobody can ask it for.
      stage.mayHoldMore = stage.reloaded;
      stage.expect(await page.evaluate(() => window.recorded));
      await stage.drain(page);
    },
  },
  {
    name: 'sent by a service worker when no page is left',
    // What the page sent while it was closed may arrive when it likes.
    ordered: false,
    engines: ['chromium', 'firefox'],
    async run(stage) {
      let page = await stage.open({ actor: 'anna' });
      stage.proxy.down = true;
      await stage.emit(page, 60);
      page = await stage.go(page, { actor: 'ben' });
      await stage.emit(page, 60);
      await page.close();
      stage.proxy.down = false;
      const eye = await stage.blank();
      // Of Ben's credential the first is refused.
      stage.proxy.fault = ({ text, kind }) => {
        if (stage.refusedOnce || kind !== 'xapi' || !text.includes('-ben')) return undefined;
        stage.refusedOnce = true;
        return { status: 401 };
      };
      const told = await eye.evaluate(async () => {
        const registration = await navigator.serviceWorker.register('/worker.js');
        await navigator.serviceWorker.ready;
        const answer = new Promise((resolve) => {
          navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
        });
        registration.active.postMessage('drain', []);
        return answer;
      });
      stage.notes.push(`the worker told: ${JSON.stringify(told)}`);
      if (JSON.stringify(told) !== '{"delivered":240,"rejected":0,"pending":0}') throw new Error(`The worker told ${JSON.stringify(told)}`);
    },
  },
  {
    name: 'sent by Background Sync',
    ordered: false,
    engines: ['chromium'],
    async run(stage) {
      const page = await stage.open({ actor: 'anna' });
      stage.proxy.down = true;
      await stage.emit(page, 60);
      await page.close();
      const eye = await stage.blank();
      stage.proxy.down = false;
      await eye.evaluate(async () => {
        await navigator.serviceWorker.register('/worker.js');
        const registration = await navigator.serviceWorker.ready;
        await registration.sync.register('learning-analytics');
      });
      await stage.until(() => new Set(stage.proxy.state.taken.map(({ kind, id }) => kind + id)).size === 120, 'a sync event', 60_000);
    },
  },
  {
    name: 'a player whose browser is killed again and again',
    own: true,
    engines: ['chromium', 'firefox'],
    // Not every event of a session has a place in Caliper.
    kinds: ['xapi'],
    // The dead page's session is closed by the next page, whose own events may be on their way.
    ordered: false,
    minutes: 6,
    async run(stage) {
      const start = await mortal(stage);
      // What was recorded after the last look at it, and the ends of the dead, may arrive as well.
      stage.mayHoldMore = true;
      const lives = Math.min(stage.kills, 8);
      const watch = async (browser, life) => {
        // Each life begins when the last one has been dead for long enough.
        const page = await stage.open({ actor: 'killed', media: '/media/short.mp4', skew: life * 200_000 }, browser);
        await page.evaluate((at) => {
          window.video.currentTime = at;
          return window.video.play();
        }, life % 4);
        await page.waitFor(() => window.recorded.length > 1 && window.video.currentTime > 0);
        await stage.pause(Math.random() * 1_500);
        await page.evaluate(() => window.analytics.pending());
        stage.expect(await page.evaluate(() => window.recorded));
        return page;
      };
      for (let life = 0; life < lives; life += 1) {
        const browser = await start();
        await watch(browser, life);
        await browser.kill();
        stage.forget(browser);
      }
      stage.own = start();
      const last = await watch(await stage.own, lives);
      await last.evaluate(() => window.video.pause());
      await stage.drain(last);
      await last.goto(`${stage.site.url}/page/empty.html`);
      await stage.until(() => sessionsOf(stage).at(-1)?.at(-1).type === 'terminated', 'the end of the last session');
      const sessions = sessionsOf(stage);
      stage.notes.push(`${sessions.length} sessions, ${sessions.flat().length} events`);
      const wrong = [];
      if (sessions.length !== lives + 1) wrong.push(`${sessions.length} sessions of ${lives + 1} lives`);
      let watched = 0;
      for (const [at, events] of sessions.entries()) {
        const types = events.map(({ type }) => type).filter((type) => !/progressed|completed/.test(type));
        const said = `session ${at}: ${types.join()}`;
        if (!/^initialized,started,(seeked,)?(ended,|paused,)+terminated$/.test(types.join().replaceAll('seeked,', ''))) wrong.push(said);
        if (events.some((event, n) => n > 0 && event.at <= events[n - 1].at)) wrong.push(`${said}: two at one time`);
        const seconds = events.at(-1).segments.reduce((sum, [from, to]) => sum + to - from, 0);
        if (seconds < watched) wrong.push(`${said}: ${seconds} s watched, of which ${watched} s were before it`);
        watched = seconds;
      }
      const all = sessions.flat();
      const milestones = all.flatMap(({ milestone }) => milestone ?? []);
      if (new Set(milestones).size < milestones.length) wrong.push(`milestones ${milestones.join()}`);
      if (all.filter(({ type }) => type === 'completed').length > 1) wrong.push('completed more than once');
      if (new Set(all.map(({ registration }) => registration)).size > 1) wrong.push('more than one registration');
      if (wrong.length > 0) throw new Error(wrong.join('; '));
    },
  },
  {
    name: 'browser killed again and again',
    short: true,
    // One that is killed.
    own: true,
    engines: ['chromium', 'firefox'],
    counting: true,
    minutes: 12,
    async run(stage) {
      const start = await mortal(stage);
      // What was recorded but never known to be stored may arrive as well.
      stage.mayHoldMore = true;
      const options = { actor: 'killed', queue: { flushInterval: 20, batchSize: 10 } };
      let number = 0;
      // Of three answers one is lost, one is late, one is right.
      stage.proxy.fault = ({ ids }) => {
        if (ids.length === 0) return undefined;
        number += 1;
        return [{ cut: 'answer' }, { after: 120 }, undefined][number % 3];
      };
      for (let i = 0; i < stage.kills; i += 1) {
        const browser = await start();
        const page = await stage.open(options, browser);
        await page.evaluate((life) => window.lives(life), i);
        void page.evaluate(() => void window.recordForEver(3));
        await stage.pause(50 + Math.random() * 950);
        await browser.kill();
        stage.forget(browser);
      }
      // Reports that were on their way.
      await stage.pause(200);
      stage.expect(stage.site.stored);
      stage.proxy.heal();
      stage.own = start();
      const last = await stage.open(options);
      const known = (await last.evaluate(() => window.lives())).length;
      if (known < stage.kills) stage.browserLost = `of ${stage.kills} lives the browser has forgotten ${stage.kills - known}`;
      await stage.drain(last, 120_000);
      // A database that is slow to open after a crash is out of the plugin's sight for a while.
      await stage.until(async () => (await last.evaluate(() => window.queued())) === 0, 'an empty database', 120_000);
      await stage.drain(last);
      stage.notes.push(`${stage.kills} kills`);
    },
  },
];
