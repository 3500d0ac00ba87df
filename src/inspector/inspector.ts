import type { Progress } from '../events.js';
import type { RecorderFace } from '../recorder.js';
import { element } from './element.js';
import { createEntry, type Entry } from './entry.js';
import { STYLE } from './style.js';

/** What `player.learningAnalytics()`, `track()` and `createPortal()` give; a portal has no `progress`. */
export type Inspected = Pick<RecorderFace, 'listen' | 'pending' | 'flush' | 'check'> & { readonly progress?: Progress };

export interface InspectorOptions {
  /** The element that the panel is put into. @default the page's body */
  readonly parent?: Node;
  /** How many events are shown: the newest. @default 200 */
  readonly limit?: number;
}

/** Several events in a moment are counted once, in ms. */
const PAUSE = 250;
/** How often `progress` is looked at, in ms. */
const BEAT = 500;

const FACE = ['listen', 'pending', 'flush', 'check'] as const;

/**
 * Puts a panel into the page that shows, live, what is recorded, delivered, tried again, refused and dropped, how much waits, and
 * what was watched; for developers. An event opens to all that was kept of it.
 * @returns what takes the panel away
 * @throws {TypeError} where it is given nothing that can be inspected
 */
export function inspect(analytics: Inspected, { parent = document.body, limit = 200 }: InspectorOptions = {}): () => void {
  if (!FACE.every((name) => typeof (analytics as Inspected | undefined)?.[name] === 'function')) {
    throw new TypeError('learningAnalytics: "analytics" should be what player.learningAnalytics(), track() or createPortal() gives');
  }
  const panel = element('section');
  panel.setAttribute('aria-label', 'Learning analytics');
  const shadow = panel.attachShadow({ mode: 'open' });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    // An older browser: it is plain, and works.
  }

  const waiting = element('output', '…');
  waiting.setAttribute('aria-label', 'Rows that wait to be sent');
  const said = element('p');
  said.setAttribute('role', 'status');
  const meter = element('meter');
  meter.setAttribute('aria-label', 'Share that was watched');
  const watched = element('span');
  const list = element('ol');
  const entries = new Map<string, Entry>();

  const action = (name: string, run: () => unknown): HTMLButtonElement => {
    const button = element('button', name);
    button.type = 'button';
    button.addEventListener('click', async () => {
      // One that is disabled would lose the focus.
      if (button.ariaDisabled === 'true') return;
      button.ariaDisabled = 'true';
      try {
        await run();
      } catch (error) {
        said.textContent = String(error);
      }
      button.ariaDisabled = null;
    });
    return button;
  };

  const flush = async (): Promise<void> => {
    const { delivered, rejected, pending, held } = await analytics.flush();
    const why = held.map((one) => `\n${one.destination}: ${one.why}`).join('');
    said.textContent = `${delivered} delivered, ${rejected} rejected, ${pending} waiting${why}`;
    count();
  };
  const check = async (): Promise<void> => {
    const { destinations } = await analytics.check();
    said.textContent = destinations.map(({ destination, problem }) => `${destination}: ${problem || 'in order'}`).join('\n') || 'there is no destination';
  };
  const empty = (): void => {
    entries.clear();
    list.replaceChildren();
    said.textContent = '';
  };

  shadow.append(
    element('header', element('h2', 'Learning analytics'), action('Flush', flush), action('Check', check), action('Empty the list', empty), waiting),
    ...(analytics.progress ? [element('p', meter, ' ', watched)] : []),
    said,
    list,
  );

  let timer: ReturnType<typeof setTimeout> | undefined;
  const count = (): void => {
    timer ??= setTimeout(async () => {
      const number = await analytics.pending().catch(() => NaN);
      timer = undefined;
      waiting.textContent = `${number} waiting`;
    }, PAUSE);
  };

  const look = (): void => {
    const { progress } = analytics;
    if (!progress) return;
    const { fraction, segments, secondsPlayed, threshold } = progress;
    meter.value = fraction;
    const text = `${(fraction * 100).toFixed(1)} % watched, completed at ${+(threshold * 100).toFixed(1)} %; ${secondsPlayed.toFixed(1)} s played; ${segments.map(([from, to]) => `${from.toFixed(1)}–${to.toFixed(1)}`).join(', ')}`;
    if (watched.textContent !== text) watched.textContent = text;
  };

  const stops = [
    analytics.listen('record', (event) => {
      const entry = createEntry(event);
      entries.set(event.id, entry);
      list.prepend(entry.line);
      for (const [id, { line }] of entries) {
        if (entries.size <= limit) break;
        entries.delete(id);
        line.remove();
      }
      look();
      count();
    }),
    analytics.listen('delivered', ({ destination, ids }) => {
      for (const id of ids) entries.get(id)?.tell('delivered', destination);
      count();
    }),
    analytics.listen('rejected', ({ destination, id, status, reason }) => {
      entries.get(id)?.tell('rejected', destination, `${status} ${reason}`);
      count();
    }),
    analytics.listen('retry', ({ destination, why, delay }) => {
      said.textContent = `${destination} ${why}: again in ${Math.ceil(delay / 1000)} s`;
    }),
    analytics.listen('dropped', ({ count: many, why, types }) => {
      said.textContent = `${many} dropped (${why}): ${Object.entries(types).map(([type, number]) => `${number} ${type}`).join(', ')}`;
      count();
    }),
  ];
  const beat = setInterval(() => {
    look();
    // Others of the page send too, and tell only their own.
    count();
  }, BEAT);
  look();
  count();
  parent.appendChild(panel);

  return () => {
    for (const stop of stops) stop();
    clearInterval(beat);
    clearTimeout(timer);
    panel.remove();
  };
}
