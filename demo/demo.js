import { createFeed } from './feed.js';
import { count, percent } from './format.js';
import { createOutboxPanel } from './outbox-panel.js';
import { createSegmentsBar } from './segments-bar.js';

/* The page uses the plugin as any page would: script tag, options, and what docs/ calls the public face. */

const LEARNERS = {
  ada: { id: 'https://campus.example/users/554433', name: 'Ada Sample' },
  ben: { id: 'https://campus.example/users/554434', name: 'Ben Sample' },
  anonymous: 'anonymous',
};
const MEDIA = {
  lecture: {
    media: { id: 'https://campus.example/videos/42', name: 'Week 1: Sorting' },
    sources: [
      { src: '/media/lecture.mp4', type: 'video/mp4' },
      { src: '/media/lecture.webm', type: 'video/webm' },
    ],
  },
  excerpt: {
    media: { id: 'https://campus.example/videos/43', name: 'Week 1: The first pass' },
    sources: [{ src: '/media/short.mp4', type: 'video/mp4' }],
  },
};
const ENDPOINTS = { caliper: '/analytics/caliper', xapi: '/analytics/xapi' };
const HINTS = {
  granted: '',
  pending: 'Consent pending: events wait in memory, and nothing is kept or sent until you grant it.',
  denied: 'Consent denied: nothing is recorded, kept or sent, and what was kept is gone.',
};
const NOBODY = 'Somebody';
const KEPT_ROWS = 60;
const REFRESH = 300;

const $ = (id) => document.getElementById(id);

const tell = (message) => {
  $('notice').textContent = message;
  $('notice').hidden = false;
};

/** What this page remembers over a reload; the plugin keeps its own. */
const settings = (() => {
  try {
    return { learner: 'ada', consent: 'granted', feed: '[]', ...JSON.parse(sessionStorage.getItem('demo')) };
  } catch {
    return { learner: 'ada', consent: 'granted', feed: '[]' };
  }
})();

const save = () => {
  // Without consent the page keeps no record of its own either.
  settings.feed = settings.consent === 'granted' ? feed.save(KEPT_ROWS) : '[]';
  sessionStorage.setItem('demo', JSON.stringify(settings));
};

const createPlayer = () =>
  window.videojs('lecture', {
    fluid: true,
    responsive: true,
    aspectRatio: '16:9',
    playbackRates: [0.5, 1, 1.25, 1.5, 2],
    controlBar: { skipButtons: { forward: 5, backward: 5 } },
    userActions: { hotkeys: true },
  });

/** The documents of events that are about to be told by `record`. */
const said = new Map();

const overhear = (standard) => (document_, { id }) => {
  said.set(id, { ...said.get(id), [standard]: document_ });
  return document_;
};

const createAnalytics = (player) =>
  player.learningAnalytics({
    actor: LEARNERS[settings.learner],
    media: () => (player.currentSrc().includes('short') ? MEDIA.excerpt.media : MEDIA.lecture.media),
    consent: settings.consent,
    xapi: { endpoint: ENDPOINTS.xapi, auth: false, credentials: 'include', beforeSend: overhear('xapi') },
    caliper: {
      endpoint: ENDPOINTS.caliper,
      auth: false,
      credentials: 'include',
      sensor: 'https://campus.example/sensors/1',
      beforeSend: overhear('caliper'),
    },
  });

const standardOf = (destination) => (destination.startsWith('xapi') ? 'xapi' : 'caliper');

let since = '';

/** Asks the endpoints what they hold. */
const readReceived = async () => {
  const response = await fetch(`/control/received${since && `?since=${encodeURIComponent(since)}`}`);
  if (!response.ok) throw new Error(`/control/received answered ${response.status}`);
  const { statements, caliper } = await response.json();
  for (const statement of statements) feed.receive(statement.id, 'xapi', statement);
  for (const event of caliper) feed.receive(event.id.replace('urn:uuid:', ''), 'caliper', event);
  since = statements.at(-1)?.stored ?? since;
  // Another tab may have sent them, and been told so in our place.
  if ((await panel.readDepth()) === 0) for (const { id, standard } of feed.inState('sent')) feed.mark(id, standard, 'acknowledged');
};

let refreshing;
const refresh = () => {
  refreshing ??= setTimeout(() => {
    refreshing = undefined;
    readReceived().catch((error) => tell(`The demo's server does not answer: ${error.message}`));
  }, REFRESH);
};

const listen = () => {
  analytics.listen('record', async (event) => {
    const documents = said.get(event.id) ?? {};
    said.delete(event.id);
    feed.add(event, documents, documents.xapi && (documents.xapi.actor.name ?? NOBODY));
    save();
    if (settings.consent !== 'granted') return;
    // What is asked of the store now is answered after the event was put there.
    await panel.readDepth();
    for (const standard of Object.keys(ENDPOINTS)) feed.mark(event.id, standard, 'stored');
  });
  analytics.listen('delivered', ({ destination, ids }) => {
    const standard = standardOf(destination);
    panel.delivered(standard);
    for (const id of ids) feed.mark(id, standard, 'acknowledged');
    refresh();
  });
  analytics.listen('retry', ({ destination, status, delay, why }) => {
    panel.retry(standardOf(destination), { status, why, until: Date.now() + delay });
    // The answer may be all that was lost.
    refresh();
  });
  analytics.listen('rejected', ({ destination, id, status, reason }) => feed.mark(id, standardOf(destination), 'rejected', `${status} ${reason}`));
  analytics.listen('dropped', (dropped) => tell(`${count(dropped.count, 'event')} given up: ${dropped.why}.`));
};

const press = (name, value) => {
  for (const button of document.querySelectorAll(`button[name="${name}"]`)) button.setAttribute('aria-pressed', String(button.value === value));
};

/** What was only in memory is stored once consent is given, or once the page that recorded it is gone. */
const markStored = () => {
  for (const { id, standard } of feed.inState('recorded')) feed.mark(id, standard, 'stored');
};

const choices = {
  learner(value) {
    settings.learner = value;
    analytics.setActor(LEARNERS[value]);
  },
  async consent(value) {
    settings.consent = value;
    // A page begins with a pending consent; it cannot go back to it.
    if (value === 'pending') return location.reload();
    if (value === 'denied') {
      await analytics.denyConsent();
      feed.clear();
    } else {
      await analytics.grantConsent();
      markStored();
    }
    $('hint').textContent = HINTS[value];
  },
  media(value) {
    player.src(MEDIA[value].sources);
  },
};

const connectChoices = () => {
  for (const [name, choose] of Object.entries(choices)) {
    press(name, settings[name] ?? 'lecture');
    for (const button of document.querySelectorAll(`button[name="${name}"]`)) {
      button.addEventListener('click', async () => {
        if (button.getAttribute('aria-pressed') === 'true') return;
        press(name, button.value);
        await choose(button.value);
        save();
      });
    }
  }
  $('hint').textContent = HINTS[settings.consent];
};

// One switch for all tabs: the server says how it stands.
let down = false;
const showOutage = async (change) => {
  const answer = await fetch('/control/outage', change && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(change) });
  ({ down } = await answer.json());
  $('outage').setAttribute('aria-checked', String(!down));
};
/** Another tab may have turned it. */
const watchOutage = () => {
  if (document.visibilityState === 'visible') showOutage().catch(() => {});
};

const actions = {
  registration: () => analytics.newRegistration(),
  flush: () => analytics.flush(),
  retry: async () => {
    await analytics.retryRejected();
    for (const { id, standard } of feed.inState('rejected')) feed.mark(id, standard, 'stored');
    await analytics.flush();
  },
  reload: () => location.reload(),
  forget: async () => {
    await analytics.clear();
    feed.clear();
    save();
  },
  outage: () => showOutage({ down: !down }),
  copy: async () => {
    await navigator.clipboard.writeText($('snippet').textContent);
    $('copy').textContent = 'Copied';
    setTimeout(() => ($('copy').textContent = 'Copy'), 2000);
  },
};

const connectActions = () => {
  for (const [id, act] of Object.entries(actions)) {
    $(id).addEventListener('click', () => Promise.resolve(act()).catch((error) => tell(`That did not work: ${error.message}`)));
  }
};

const createDrawing = () => {
  const bar = createSegmentsBar($('watched'));
  const drawProgress = () => {
    const { progress } = analytics;
    bar.draw(progress, player.duration());
    $('fraction').textContent = percent(progress.fraction);
    $('seconds').textContent = `${progress.secondsPlayed.toFixed(1)} s`;
  };
  const drawCounts = () => {
    $('recorded').textContent = String(feed.size);
    $('recorded-unit').textContent = feed.size === 1 ? 'event recorded' : 'events recorded';
    $('empty').hidden = feed.size > 0;
    panel.draw();
  };
  return { drawProgress, drawCounts };
};

const tick = async () => {
  draw.drawCounts();
  if ((await panel.readDepth()) === 0 && feed.inState('stored').length) refresh();
};

let drawing = false;
const drawSoon = () => {
  if (drawing || !draw) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    draw.drawCounts();
  });
};

let draw;
const feed = createFeed($('feed'), { onOpen: refresh, onChange: drawSoon });

const isReady = Boolean(window.videojs?.getPlugin('learningAnalytics'));
if (!isReady) tell('The library is not there yet: build it with “npm run build”, then load this page again.');
const player = (window.player = window.videojs && createPlayer());
const analytics = (window.analytics = isReady ? createAnalytics(player) : undefined);

const panel = isReady && createOutboxPanel(analytics, feed, () => LEARNERS[settings.learner].name ?? NOBODY);

if (isReady) {
  draw = createDrawing();
  feed.restore(settings.feed);
  markStored();
  listen();
  connectChoices();
  connectActions();
  showOutage();
  addEventListener('pagehide', save);
  setInterval(draw.drawProgress, 200);
  setInterval(tick, 1000);
  setInterval(watchOutage, 2000);
  draw.drawProgress();
  tick();
  if (feed.size) refresh();
}
