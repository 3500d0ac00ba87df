import { createPortal, xapi } from '/dist/core.js';

const ACTOR = 'https://campus.example/users/554433';
const DATABASE = 'videojs-learning-analytics';
const BATCH = 50;
const URL_OF = (how) => `${location.origin}/${how}/statements`;
const HEADERS = { 'Content-Type': 'application/json', 'X-Experience-API-Version': '1.0.3' };

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
const completed = (tx) =>
  new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error);
  });
const pause = (ms = 0) => new Promise((resolve) => { setTimeout(resolve, ms); });

const open = (name) => {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
  return settled(opening);
};
const remove = (name) => settled(indexedDB.deleteDatabase(name));

/** A statement of the usual size: 1.5 kB. */
const documentOf = (n) => {
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return JSON.stringify({ id, actor: { account: { homePage: 'https://campus.example/users/', name: '554433' } }, filler: 'x'.repeat(1_350) });
};

const portal = (batchSize = BATCH) =>
  createPortal({
    actor: { id: ACTOR },
    destinations: [xapi({ endpoint: `${location.origin}/ours`, auth: 'Basic key' })],
    // Nothing goes out by itself.
    queue: { batchSize, flushInterval: 1e9, maxEvents: 1e6, maxBytes: 1e10 },
  });

/** What is dropped by one collection is gone after the next. */
const collect = async () => {
  for (let i = 0; i < 4; i += 1) {
    window.gc();
    await pause(50);
  }
};

/** Collects before each look at the heap, which takes time: such a run tells of the heap alone. */
let isCollecting = false;

/** Watches a piece of work: how long it takes, its longest task, and the heap's peak above what there was before. */
const watch = async (work) => {
  await collect();
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: 'longtask' });
  const idle = performance.memory.usedJSHeapSize;
  let peak = idle;
  const sampler = setInterval(() => {
    if (isCollecting) window.gc();
    peak = Math.max(peak, performance.memory.usedJSHeapSize);
  }, isCollecting ? 200 : 20);
  const began = performance.now();
  await work();
  const ms = performance.now() - began;
  clearInterval(sampler);
  await pause(100);
  observer.disconnect();
  performance.clearResourceTimings();
  await collect();
  return { ms, longest: Math.max(0, ...tasks), peak: peak - idle, left: performance.memory.usedJSHeapSize - idle };
};

/** Rows as the plugin keeps them, or under a number, put in bulk. */
const fill = async (name, count, keyOf, valueOf) => {
  await remove(name);
  const db = await open(name);
  for (let from = 0; from < count; from += 1_000) {
    const tx = db.transaction('rows', 'readwrite');
    for (let n = from; n < Math.min(count, from + 1_000); n += 1) {
      const document = documentOf(n);
      const key = keyOf(n, document);
      tx.objectStore('rows').put(valueOf(key, document), key);
    }
    await completed(tx);
  }
  db.close();
};

const start = Date.now() - 3_600_000;
const { key: destination } = xapi({ endpoint: `${location.origin}/ours`, auth: 'Basic key' });

const rowsOf = (name, count) =>
  fill(
    name,
    count,
    (n, document) => ['q', destination, ACTOR, start + n, JSON.parse(document).id, 3, document.length, 'paused'],
    (k, d) => ({ k, d }),
  );

const drainOurs = async (count) => {
  await rowsOf(DATABASE, count);
  let analytics;
  // Opening the database counts: it begins to send by itself as soon as that is open.
  const seen = await watch(async () => {
    analytics = portal();
    await analytics.flush();
  });
  if (await analytics.pending()) throw new Error('Something is left');
  analytics.dispose();
  return seen;
};

/**
 * Nothing but what must be: a page of what is stored, a request, and it is gone.
 * @param read the range that has been read, `undefined` where there was nothing, and the documents in it
 */
const loop = async (read) => {
  let db;
  const seen = await watch(async () => {
    // It counts on both sides.
    db = await open('bare');
    for (;;) {
      const { range, documents } = await read(db.transaction('rows').objectStore('rows'));
      if (!range) return;
      const response = await fetch(URL_OF('bare'), { method: 'POST', headers: { ...HEADERS, Authorization: 'Basic key' }, body: `[${documents}]` });
      await response.text();
      const tx = db.transaction('rows', 'readwrite', { durability: 'relaxed' });
      tx.objectStore('rows').delete(range);
      tx.commit();
      await completed(tx);
    }
  });
  db.close();
  return seen;
};
const rangeOf = (keys) => keys[0] && IDBKeyRange.bound(keys[0], keys.at(-1));

/** Of the same rows. */
const drainBare = async (count) => {
  await rowsOf('bare', count);
  return loop(async (store) => {
    const rows = await settled(store.getAll(null, BATCH));
    return { range: rangeOf(rows.map(({ k }) => k)), documents: rows.map(({ d }) => d) };
  });
};

/** Of nothing but texts under a number, by which nobody could say whose they are and where they go: what the rows' form costs. */
const drainTexts = async (count) => {
  await fill('bare', count, (n) => n + 1, (_, document) => document);
  return loop(async (store) => {
    const [keys, documents] = await Promise.all([settled(store.getAllKeys(null, BATCH)), settled(store.getAll(null, BATCH))]);
    return { range: rangeOf(keys), documents };
  });
};

/** Events one after the other, as a page has them, each stored before the next. */
const storeOurs = async (count) => {
  await remove(DATABASE);
  // So many that none is sent.
  const analytics = portal(1e6);
  await analytics.pending();
  const db = await open(DATABASE);
  const seen = await watch(async () => {
    for (let n = 0; n < count; n += 1) {
      analytics.record({ type: 'searched', query: 'sorting' });
      // What is asked for after a write is answered after it.
      await settled(db.transaction('rows').objectStore('rows').get('none'));
    }
  });
  db.close();
  await analytics.clear();
  analytics.dispose();
  return seen;
};

const storeBare = async (count) => {
  await remove('bare');
  const db = await open('bare');
  const seen = await watch(async () => {
    for (let n = 0; n < count; n += 1) {
      const tx = db.transaction('rows', 'readwrite', { durability: 'relaxed' });
      tx.objectStore('rows').put(documentOf(n), n);
      tx.commit();
      await settled(db.transaction('rows').objectStore('rows').get(-1));
    }
  });
  db.close();
  return seen;
};

/** Two days of somebody who does nothing but watch: events and deliveries in turn. In the first, code is compiled. */
const days = async (count) => {
  await remove(DATABASE);
  const analytics = portal();
  const round = async (events) => {
    for (let n = 0; n < events; n += 1) analytics.record({ type: 'searched', query: 'sorting' });
    await analytics.flush();
  };
  const day = async () => {
    for (let done = 0; done < count; done += 100) await round(100);
  };
  const seen = [await watch(day), await watch(day)];
  analytics.dispose();
  return seen;
};

const heapOurs = (count) => {
  isCollecting = true;
  return drainOurs(count);
};

const WORK = { heapOurs, drainOurs, drainBare, drainTexts, storeOurs, storeBare, days };

/** One job a page. */
const [name, count] = await (await fetch('/job')).json();
const report = await WORK[name](count).then(
  (seen) => ({ seen }),
  (error) => ({ error: String(error) }),
);
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
location.reload();
