// Scenarios in which the learner's computer does what it should not.

const DAY = 86_400_000;

/** Takes all that the origin may store, but for a few kilobytes; how many kB that is. */
const fill = async () => {
  const put = (size) =>
    new Promise((resolve) => {
      // A connection of its own each time: Firefox breaks that which found the disk full.
      const opening = indexedDB.open('fills the disk');
      opening.onerror = () => resolve(false);
      opening.onupgradeneeded = () => opening.result.createObjectStore('rows', { autoIncrement: true });
      opening.onsuccess = () => {
        const db = opening.result;
        const end = (fits) => {
          db.close();
          resolve(fits);
        };
        const tx = db.transaction('rows', 'readwrite');
        // What no compression makes smaller.
        tx.objectStore('rows').put(Array.from({ length: size / 16 }, () => crypto.getRandomValues(new Uint8Array(16_384))));
        tx.onabort = () => end(false);
        tx.oncomplete = () => end(true);
        db.onclose = () => end(false);
      };
    });
  let taken = 0;
  for (let size = 4_096; size >= 16; size /= 2) {
    while (await put(size)) taken += size;
    if (taken > 100_000) throw new Error('The disk never gets full');
  }
  return taken;
};

export const computer = [
  {
    name: 'two actors on one computer',
    short: true,
    async run(stage) {
      stage.proxy.down = true;
      let page = await stage.open({ actor: 'anna' });
      await stage.emit(page, 40);
      page = await stage.go(page, { actor: 'ben' });
      await stage.emit(page, 40);
      stage.proxy.down = false;
      await page.evaluate(() => window.analytics.flush());
      await page.evaluate(() => window.analytics.flush());
      const { taken } = stage.proxy.state;
      if (taken.length !== 80) throw new Error(`${taken.length} documents came with Ben's credentials instead of his 80`);
      if (taken.some(({ raw }) => raw.includes(`${stage.tag}-anna`))) throw new Error("Anna's events went out with Ben's credentials");
      page = await stage.go(page, { actor: 'anna' });
      await stage.drain(page);
    },
  },
  {
    name: 'quota full',
    engines: ['chromium', 'firefox'],
    // In kB; one origin gets a part of it.
    browserOptions: { firefox: { preferences: { 'dom.quotaManager.temporaryStorage.fixedLimit': 300_000 } } },
    async run(stage) {
      // Before the database is opened: then Chromium asks how much there is.
      await (await stage.blank()).setQuota(8_000_000);
      const page = await stage.open();
      await stage.emit(page, 20);
      await stage.drain(page);
      stage.proxy.down = true;
      await stage.emit(page, 30);
      stage.notes.push(`${await page.evaluate(fill)} kB fill the disk`);
      await stage.emit(page, 60);
      const told = page.logs.filter(({ text }) => /IndexedDB does not work/.test(text));
      if (told.length !== 1) throw new Error(`It is said ${told.length} times that the disk is full`);
      stage.proxy.down = false;
      await stage.drain(page);
      // There is room again.
      await page.evaluate(() => new Promise((resolve) => { indexedDB.deleteDatabase('fills the disk').onsuccess = () => resolve(); }));
      await stage.emit(page, 30);
      await stage.drain(page);
    },
  },
  {
    name: 'IndexedDB deleted under us',
    async run(stage) {
      const page = await stage.open();
      await stage.emit(page, 40);
      await stage.drain(page);
      const deleted = () =>
        page.evaluate(
          () =>
            new Promise((resolve) => {
              const request = indexedDB.deleteDatabase('videojs-learning-analytics');
              request.onsuccess = () => resolve('deleted');
              request.onblocked = () => resolve('blocked');
            }),
        );
      if ((await deleted()) !== 'deleted') throw new Error('The database is held on to');
      await stage.emit(page, 40);
      await stage.drain(page);
      await deleted();
      stage.proxy.down = true;
      await stage.emit(page, 40);
      // With what waits in it.
      if ((await deleted()) !== 'deleted') throw new Error('The database is held on to');
      await stage.emit(page, 20);
      stage.proxy.down = false;
      await stage.drain(page);
    },
  },
  {
    name: 'IndexedDB blocked by another tab',
    async run(stage) {
      const other = await stage.blank();
      // A tab that lets nobody delete it, and one that wants to: whoever opens it now waits for both.
      await other.evaluate(
        () =>
          new Promise((resolve) => {
            const opening = indexedDB.open('videojs-learning-analytics', 1);
            opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
            opening.onsuccess = () => {
              window.kept = opening.result;
              const deleting = indexedDB.deleteDatabase('videojs-learning-analytics');
              deleting.onblocked = () => resolve('blocked');
            };
          }),
      );
      stage.proxy.down = true;
      const page = await stage.open();
      await stage.emit(page, 60);
      stage.proxy.down = false;
      await stage.drain(page);
      await other.evaluate(() => window.kept.close());
      await stage.emit(page, 30);
      await stage.drain(page);
    },
  },
  {
    name: 'storage refused by the browser',
    engines: ['chromium', 'firefox'],
    browserOptions: {
      chromium: { preferences: { profile: { default_content_setting_values: { cookies: 2 } } } },
      firefox: { preferences: { 'network.cookie.cookieBehavior': 2 } },
    },
    async run(stage) {
      const page = await stage.open();
      const works = await page.evaluate(async () => {
        try {
          return await new Promise((resolve) => {
            const opening = indexedDB.open('mine');
            opening.onsuccess = () => resolve(true);
            opening.onerror = () => resolve(false);
          });
        } catch {
          return false;
        }
      });
      if (works) throw new Error('The browser refuses nothing');
      stage.proxy.down = true;
      await stage.emit(page, 60);
      stage.proxy.down = false;
      await stage.drain(page);
    },
  },
  {
    name: 'clock moved by a day, forth and back',
    // By the time that an event claims, it stands before those that were recorded under the wrong clock.
    ordered: false,
    async run(stage) {
      const page = await stage.open();
      stage.proxy.fault = ({ ids }) => (ids.length > 0 && stage.failing ? { status: 503, headers: { 'Retry-After': '2' } } : undefined);
      for (const skew of [DAY, 0, -DAY, 0]) {
        stage.failing = true;
        await stage.emit(page, 20);
        await page.evaluate(() => window.analytics.flush());
        await page.evaluate((to) => { window.skew = to; }, skew);
        stage.failing = false;
        await stage.emit(page, 20);
        await page.waitFor(async () => (await window.analytics.pending()) === 0, { timeout: 30_000 });
      }
    },
  },
  {
    name: 'a backlog of 1,000',
    short: true,
    async run(stage) {
      const page = await stage.open({ queue: { batchSize: 50 } });
      stage.proxy.down = true;
      await stage.emit(page, 1_000);
      stage.proxy.down = false;
      await stage.drain(page, 60_000);
    },
  },
  {
    name: 'a backlog of 100,000',
    counting: true,
    // As fast as it goes: many within one millisecond, whose order is not told by their times.
    ordered: false,
    minutes: 12,
    kinds: ['xapi'],
    async run(stage) {
      const page = await stage.open({ queue: { batchSize: 50, maxEvents: 200_000, maxBytes: 500_000_000 } });
      stage.proxy.down = true;
      const began = Date.now();
      for (let i = 0; i < 50; i += 1) await stage.emit(page, 2_000, { fast: true, stored: i === 49 });
      const middle = Date.now();
      stage.proxy.down = false;
      for (let i = 0; i < 10; i += 1) {
        const left = await page.evaluate((time) => window.drain(time), 60_000);
        if (!left.pending) break;
      }
      stage.notes.push(`stored in ${((middle - began) / 1000).toFixed(0)} s, drained in ${((Date.now() - middle) / 1000).toFixed(0)} s`);
    },
  },
];
