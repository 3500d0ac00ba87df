import { setTimeout as pause } from 'node:timers/promises';

// The tests' own reading of both standards: written from the specifications' tables, not from the plugin's.

const VIDEO = 'https://w3id.org/xapi/video/';
const OURS = 'https://w3id.org/videojs-learning-analytics/extensions/';

const VERBS = {
  'http://adlnet.gov/expapi/verbs/initialized': 'initialized',
  [`${VIDEO}verbs/played`]: 'played',
  [`${VIDEO}verbs/paused`]: 'paused',
  [`${VIDEO}verbs/seeked`]: 'seeked',
  'http://adlnet.gov/expapi/verbs/interacted': 'interacted',
  'http://adlnet.gov/expapi/verbs/progressed': 'progressed',
  'http://adlnet.gov/expapi/verbs/completed': 'completed',
  'http://adlnet.gov/expapi/verbs/terminated': 'terminated',
};

/** The Caliper action and xAPI verb that each happening must have led to; an empty action: Caliper has no place for it. */
export const TABLE = {
  initialized: ['', 'initialized'],
  started: ['Started', 'played'],
  paused: ['Paused', 'paused'],
  resumed: ['Resumed', 'played'],
  restarted: ['Restarted', 'played'],
  seeked: ['JumpedTo', 'seeked'],
  progressed: ['Viewed', 'progressed'],
  completed: ['', 'completed'],
  ended: ['Ended', 'paused'],
  terminated: ['', 'terminated'],
  rateChanged: ['ChangedSpeed', 'interacted'],
  volumeChanged: ['ChangedVolume', 'interacted'],
  muted: ['Muted', 'interacted'],
  unmuted: ['Unmuted', 'interacted'],
  fullscreenEntered: ['EnteredFullScreen', 'interacted'],
  fullscreenExited: ['ExitedFullScreen', 'interacted'],
  captionsEnabled: ['EnabledClosedCaptioning', 'interacted'],
  captionsDisabled: ['DisabledClosedCaptioning', 'interacted'],
  captionsLanguageChanged: ['', 'interacted'],
};

const segmentsOf = (text) => (text ? text.split('[,]').map((segment) => segment.split('[.]').map(Number)) : []);

const readStatement = (statement) => {
  const { result = {}, context } = statement;
  const video = (name) => result.extensions?.[`${VIDEO}extensions/${name}`];
  const ours = (name) => result.extensions?.[OURS + name];
  const from = video('time-from') ?? ours('from');
  const to = video('time-to') ?? ours('to');
  return {
    id: statement.id,
    type: context.extensions[`${OURS}event`],
    verb: VERBS[statement.verb.id] ?? statement.verb.id,
    at: Date.parse(statement.timestamp),
    position: video('time') ?? to,
    from,
    to,
    segments: segmentsOf(video('played-segments')),
    fraction: video('progress'),
    milestone: ours('milestone'),
    unit: ours('unit'),
    basis: ours('basis'),
    reason: ours('reason'),
    session: context.extensions[`${VIDEO}extensions/session-id`],
    registration: context.registration,
    media: statement.object.id,
    length: context.extensions[`${VIDEO}extensions/length`],
    document: statement,
  };
};

const readEvent = (event) => ({
  id: event.id.replace(/^urn:uuid:/, ''),
  type: event.type,
  action: event.action,
  at: Date.parse(event.eventTime),
  position: event.target?.currentTime === undefined ? undefined : Number(event.target.currentTime.slice(2, -1)),
  session: event.extensions?.[`${VIDEO}extensions/session-id`],
  media: event.object?.id,
  document: event,
});

const firstOfEach = (events) => {
  const first = new Map();
  const again = [];
  for (const event of events) {
    if (first.has(event.id)) again.push(event);
    else first.set(event.id, event);
  }
  return [[...first.values()], again];
};

/**
 * What both endpoints hold since a moment, as far as it belongs to somebody: in the order in which it happened, `arrived` being
 * the place in which it came.
 *
 * @param {string} url of the demo
 * @param {{ since: number, tag?: string }} filter `tag` stands in the ids of the actors meant
 */
export const readReceived = async (url, { since, tag = '' }) => {
  const response = await fetch(`${url}/control/received?since=${new Date(since).toISOString()}`);
  if (!response.ok) throw new Error(`${url}/control/received: ${response.status} ${await response.text()}`);
  const { statements, caliper, requests } = await response.json();
  const isMeant = ({ actor }) => JSON.stringify(actor).includes(tag);
  const [events, again] = firstOfEach(caliper.filter(isMeant));
  const inTime = (entries) =>
    entries
      .map((entry, arrived) => ({ ...entry, arrived }))
      .filter(({ at }) => at >= since)
      .sort((a, b) => a.at - b.at);
  return {
    xapi: inTime(statements.filter(isMeant).map(readStatement)),
    caliper: inTime(events.map(readEvent)),
    /** What came to the Caliper endpoint once more; a record store keeps no second copy. */
    again: inTime(again.map(readEvent)),
    requests: requests.filter(({ at }) => at >= since),
  };
};

/** @typedef {Awaited<ReturnType<typeof readReceived>>} Received */

/** Whether Caliper holds exactly what stands in xAPI, less what it has no place for. */
const agree = ({ xapi, caliper }) => {
  const expected = new Set(xapi.filter(({ type }) => TABLE[type]?.[0]).map(({ id }) => id));
  const held = new Set(caliper.map(({ id }) => id));
  return expected.size === held.size && [...expected].every((id) => held.has(id));
};

export const count = (list, type) => list.filter((entry) => entry.type === type).length;

/**
 * Ask again until it is all there, or until the deadline; then what there is has to do.
 *
 * @param {() => Promise<Received>} read
 * @param {(received: Received) => boolean} isComplete
 * @param {{ timeout?: number, both?: boolean }} [options] `both`: Caliper has to hold the same
 */
export const collect = async (read, isComplete, { timeout = 30_000, both = true } = {}) => {
  const deadline = Date.now() + timeout;
  for (;;) {
    const received = await read();
    if ((isComplete(received) && (!both || agree(received))) || Date.now() > deadline) return received;
    await pause(100);
  }
};
