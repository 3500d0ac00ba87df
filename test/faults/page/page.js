import { caliper, createPortal, track, xapi } from '/dist/core.js';

const { actor, home, name, kinds = ['xapi', 'caliper'], queue, personal = true, media } = window.options;

const auth = (scheme) => async ({ id }, reason) => {
  window.asked.push(reason);
  const response = await fetch(`/token?actor=${encodeURIComponent(id)}`);
  return scheme + (await response.text());
};
const make = {
  xapi: () => xapi({ endpoint: `${home}/xapi`, auth: personal ? auth('Bearer ') : false }),
  caliper: () => caliper({ endpoint: `${home}/caliper`, auth: personal ? auth('') : false, sensor: 'https://campus.example/sensors/1' }),
};

window.asked = [];
window.told = [];
window.failures = [];
addEventListener('unhandledrejection', ({ reason }) => window.failures.push(String(reason)));
addEventListener('error', ({ message }) => window.failures.push(message));

const recorded = (window.recorded = []);
addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted; });
let count = 0;

const common = { actor: { id: actor }, destinations: kinds.map((kind) => make[kind]()), queue: { flushInterval: 50, batchSize: 20, ...queue } };
if (media) {
  const video = document.body.appendChild(document.createElement('video'));
  video.muted = true;
  video.src = media;
  window.video = video;
  window.analytics = track(video, { ...common, media: { id: 'https://campus.example/videos/42' } });
} else window.analytics = createPortal(common);
window.analytics.listen('record', ({ id }) => recorded.push(id));
for (const what of ['delivered', 'retry', 'rejected', 'dropped']) window.analytics.listen(what, (detail) => window.told.push({ what, detail }));

const pause = (ms = 0) => new Promise((resolve) => { window.later(resolve, ms); });

/** Records so many events, no two within one millisecond unless `fast`, and gives their ids once they are stored. */
window.emit = async (many, { fast = false, stored = true, text = '' } = {}) => {
  const from = recorded.length;
  for (let i = 0; i < many; i += 1) {
    window.analytics.record({ type: 'searched', query: `${name} ${count} ${text}` });
    count += 1;
    const time = Date.now();
    if (!fast) while (Date.now() === time);
    if (i % 20 === 19) await pause();
  }
  const ids = recorded.slice(from);
  // A read that is begun now comes after all writes.
  if (stored) await window.analytics.pending();
  return ids;
};

/** Flushes until nothing waits, and says what still does when the time is up. */
window.drain = async (ms = 20_000) => {
  const end = performance.now() + ms;
  for (;;) {
    const { pending, held } = await window.analytics.flush();
    if (!pending || performance.now() > end) return { pending, held };
    await pause(100);
  }
};

const database = (name = 'videojs-learning-analytics') =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    // The plugin's own is there by then.
    request.onupgradeneeded = () => request.result.createObjectStore('rows');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** How many rows lie in the database to be sent, without asking the plugin. */
window.queued = async () => {
  const db = await database();
  const count = db.transaction('rows').objectStore('rows').count(IDBKeyRange.bound(['q'], ['q', []]));
  return new Promise((resolve, reject) => {
    count.onsuccess = () => resolve(count.result);
    count.onerror = () => reject(count.error);
  }).finally(() => db.close());
};

/** What a browser that is killed keeps of what has nothing to do with the plugin: notes which life this is, and gives all that it knows. */
window.lives = async (life) => {
  const db = await database('lives');
  const rows = db.transaction('rows', 'readwrite').objectStore('rows');
  if (life !== undefined) rows.put(life, life);
  const known = rows.getAllKeys();
  return new Promise((resolve, reject) => {
    rows.transaction.oncomplete = () => resolve(known.result);
    rows.transaction.onabort = () => reject(rows.transaction.error);
  }).finally(() => db.close());
};

/** Records for ever, and tells the server of each event once it certainly lies in the database. */
window.recordForEver = async (gap) => {
  const db = await database();
  for (;;) {
    const from = recorded.length;
    window.analytics.record({ type: 'searched', query: `${name} ${count}` });
    count += 1;
    const ids = recorded.slice(from);
    const look = db.transaction('rows');
    const keys = look.objectStore('rows').getAllKeys(IDBKeyRange.bound(['q'], ['q', []]));
    // Those that have gone are at the endpoint.
    look.oncomplete = () => {
      const held = ids.filter((id) => keys.result.some((key) => key.includes(id)));
      if (held.length > 0) void fetch('/stored', { method: 'POST', body: JSON.stringify(held) });
    };
    await pause(gap);
  }
};

window.ready = true;
