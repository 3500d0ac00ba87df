import assert from 'node:assert/strict';
import { loaded, playedTo, recorded } from '../support/controls.mjs';
import { milestones, near, types, union, withoutMilestones } from '../support/stage.mjs';

export const title = 'Who, whether, and how much of it: actor, consent, hooks, resume';

export const play = async (stage) => {
  const open = async (name) => {
    const page = await stage.open('choices', { case: name, actor: `${stage.actor}-${name}` });
    await loaded(page);
    return page;
  };
  const watch = async (page, seconds = 1) => {
    await page.evaluate(() => void window.player.play());
    await playedTo(page, seconds);
    await page.evaluate(() => window.player.pause());
    await page.waitFor(() => window.player.paused());
    return page.evaluate(() => window.player.currentTime());
  };
  // Not closed as well: that kills a page that has gone to another process and has not heard of it yet.
  const leave = (page) => page.goto('about:blank');
  const of = async (name, least = 1, options = {}) => {
    const isMine = ({ document }) => JSON.stringify(document.actor).includes(`${stage.actor}-${name}"`) || JSON.stringify(document.actor).includes(`${stage.tag}-${name}"`);
    const { xapi } = await stage.collect(({ xapi }) => xapi.filter(isMine).filter(({ type }) => type === 'terminated').length >= least, { both: false, ...options });
    return xapi.filter(isMine);
  };

  // Nothing of the actor tells them apart, so the platform does.
  await stage.check('an anonymous learner is recorded, each session as somebody else', async () => {
    const page = await open('anonymous');
    await watch(page);
    await recorded(page, 'paused');
    await page.evaluate(() => window.player.currentTime(0));
    await page.evaluate(() => window.analytics.setActor('anonymous'));
    await watch(page);
    await recorded(page, 'paused', 2);
    await leave(page);
    const { xapi, caliper } = await stage.collectAll(
      ({ xapi }) => xapi.filter(({ type, document }) => type === 'terminated' && document.context.platform === `${stage.actor}-anonymous`).length === 2,
    );
    const mine = xapi.filter(({ document }) => document.context.platform === `${stage.actor}-anonymous`);
    assert.equal(new Set(mine.map(({ document }) => document.actor.account.name)).size, 2);
    assert.equal(new Set(mine.map(({ registration }) => registration)).size, 2);
    const ids = new Set(mine.map(({ id }) => id));
    const persons = new Set(caliper.filter(({ id }) => ids.has(id)).map(({ document }) => JSON.stringify(document.actor)));
    assert.deepEqual([...persons], ['{"id":"http://purl.imsglobal.org/caliper/Person","type":"Person"}']);
  });

  await stage.check('without resume each session begins with nothing, in a registration of its own', async () => {
    for (const _ of [1, 2]) {
      const page = await open('fresh');
      await watch(page);
      await recorded(page, 'paused');
      await leave(page);
    }
    const entries = await of('fresh', 2);
    assert.deepEqual(milestones(entries).filter((percent) => percent === 0), [0, 0]);
    for (const { segments } of entries.filter(({ type }) => type === 'terminated')) assert.ok(segments.length === 1 && segments[0][0] < 0.3, JSON.stringify(segments));
    assert.equal(new Set(entries.map(({ registration }) => registration)).size, 2);
  });

  await stage.check('a new registration of the same media can be completed again', async () => {
    const page = await open('remembered');
    for (const round of [1, 2]) {
      await page.evaluate(() => {
        window.player.currentTime(0);
        window.player.playbackRate(4);
        void window.player.play();
      });
      await recorded(page, 'ended', round);
      await page.evaluate(() => window.analytics.newRegistration());
    }
    await leave(page);
    const entries = await of('remembered', 2);
    assert.equal(entries.filter(({ type }) => type === 'completed').length, 2);
    assert.deepEqual(milestones(entries), [0, 25, 50, 75, 100, 0, 25, 50, 75, 100]);
    assert.equal(new Set(entries.map(({ registration }) => registration)).size, 2);
  });

  await stage.check('pending consent keeps everything in memory; what was gathered goes out when it is granted', async () => {
    const page = await open('pending');
    await watch(page);
    await recorded(page, 'paused');
    await page.evaluate(() => window.analytics.flush());
    assert.deepEqual(await of('pending', 1, { timeout: 1_000 }), []);
    const kept = await page.evaluate(async () => {
      const databases = await indexedDB.databases();
      if (!databases.some(({ name }) => name === 'videojs-learning-analytics')) return 0;
      const db = await new Promise((resolve) => (indexedDB.open('videojs-learning-analytics').onsuccess = ({ target }) => resolve(target.result)));
      const rows = await new Promise((resolve) => (db.transaction('rows').objectStore('rows').getAll().onsuccess = ({ target }) => resolve(target.result)));
      db.close();
      return JSON.stringify(rows).includes('-pending') ? rows.length : 0;
    });
    assert.equal(kept, 0, 'rows in the database');
    await page.evaluate(() => window.analytics.grantConsent());
    await page.evaluate(() => window.analytics.flush());
    await leave(page);
    assert.deepEqual(types(withoutMilestones(await of('pending'))), ['initialized', 'started', 'paused', 'terminated']);
  });

  await stage.check('what was watched while consent was pending joins what was known before', async () => {
    const first = await open('before');
    const one = await watch(first, 1);
    await recorded(first, 'paused');
    await leave(first);
    const page = await open('beforePending');
    assert.deepEqual(await page.evaluate(() => window.analytics.progress.segments), []);
    await page.evaluate(() => void window.player.currentTime(4));
    await page.waitFor(() => !window.player.seeking());
    const five = await watch(page, 5);
    await recorded(page, 'paused');
    await page.evaluate(() => window.analytics.grantConsent());
    await leave(page);
    const last = await open('before');
    const { segments } = await last.waitFor(() => window.analytics.progress.segments[1] && window.analytics.progress);
    // The first may have joined last, where its page went before the database had done its part.
    const watched = union(segments).flat();
    assert.equal(watched.length, 4, JSON.stringify(segments));
    [0, one, 4, five].forEach((seconds, at) => near(watched[at], seconds, `segments ${JSON.stringify(segments)}`));
    await leave(last);
  });

  await stage.check('while consent is pending, nothing outlives the page', async () => {
    const page = await open('pending');
    await watch(page);
    await recorded(page, 'paused');
    await page.goto(`${stage.demo.url}/test/empty.html`);
    assert.deepEqual(await page.evaluate(() => Object.entries({ ...localStorage }).filter(([, value]) => value.includes('-pending'))), []);
    await page.close();
  });

  await stage.check('denied consent records nothing; granted later it records from then on', async () => {
    const page = await open('denied');
    await watch(page);
    assert.equal(await page.evaluate(() => window.recorded.length), 0);
    await page.evaluate(() => window.analytics.grantConsent());
    await watch(page, 1.5);
    await recorded(page, 'paused');
    await leave(page);
    const started = (await of('denied')).find(({ type }) => type === 'started');
    assert.ok(started.position >= 0.9, `begins at ${started.position}`);
  });

  await stage.check('consent that is withdrawn ends it and clears what was kept', async () => {
    const page = await open('remembered2');
    await stage.demo.outage(true);
    await watch(page);
    await recorded(page, 'paused');
    await page.evaluate(() => window.analytics.denyConsent());
    assert.equal(await page.evaluate(() => window.analytics.pending()), 0);
    await stage.demo.outage(false);
    await page.evaluate(() => window.analytics.flush());
    assert.deepEqual(await of('remembered2', 1, { timeout: 1_000 }), []);
    await leave(page);
  });

  await stage.check('a hook redacts and vetoes; a hook that throws drops; ids and times are not its to change', async () => {
    const page = await open('redacted');
    await watch(page);
    await recorded(page, 'started');
    await page.waitFor(() => window.told.some(({ name }) => name === 'dropped'));
    await leave(page);
    const entries = await of('redacted');
    assert.deepEqual(types(entries), ['initialized', 'started', 'terminated']);
    for (const { id, at, document } of entries) {
      assert.match(id, /^[\da-f-]{36}$/);
      assert.ok(at > stage.since);
      assert.deepEqual(Object.values(document.object.definition.name), ['Redacted']);
    }
  });

  await stage.check('a veto of initialized vetoes the session', async () => {
    const page = await open('vetoed');
    await watch(page);
    await page.evaluate(() => window.analytics.flush());
    assert.equal(await page.evaluate(() => window.recorded.length), 0);
    await leave(page);
    assert.deepEqual(await of('vetoed', 1, { timeout: 1_000 }), []);
  });

  await stage.check('what the portal’s server knows of the learner is gone on with', async () => {
    const page = await open('told');
    await page.evaluate(() => window.player.currentTime(5));
    await page.waitFor(() => !window.player.seeking());
    await watch(page, 6);
    await recorded(page, 'paused');
    await leave(page);
    const entries = await of('told');
    const paused = entries.find(({ type }) => type === 'paused');
    assert.deepEqual(paused.segments[0], [0, 4]);
    near(paused.fraction, (4 + paused.position - 5) / paused.length, 'fraction', 0.03);
    assert.equal(entries.filter(({ type }) => type === 'completed').length, 0);
  });

  await stage.checkPages();
};
