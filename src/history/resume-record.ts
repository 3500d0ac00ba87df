import type { Segment, Seconds } from '../events.js';
import type { Checkpoint } from '../playback/checkpoint.js';
import type { History } from '../playback/subject.js';
import { round, union } from '../playback/segments.js';

/** What is known of one actor, media and registration, over all sessions that have ended. */
export interface ResumeRecord extends History {
  readonly registration: string;
  /** Sessions of these belong to it too. */
  readonly former?: readonly string[];
  /** Where the media was left. */
  readonly position: Seconds;
  /** The sessions that are in it already, the newest last: none is counted twice, whoever closes it. */
  readonly sessions: readonly string[];
  /** Epoch ms of the last change. */
  readonly time: number;
}

const MOST_SESSIONS = 50;
const MOST_SEGMENTS = 150;

export const emptyRecord = (registration: string): ResumeRecord => ({
  registration,
  segments: [],
  secondsPlayed: 0,
  completed: false,
  milestones: [],
  position: 0,
  sessions: [],
  // Whatever joins it is later, also where it was made only then.
  time: 0,
});

type Watched = Pick<Checkpoint, 'session' | 'registration' | 'watched' | 'secondsPlayed' | 'position' | 'time' | 'completed' | 'milestones'> & Partial<Pick<Checkpoint, 'media'>>;

/**
 * The record with an ended session in it.
 * @param now epoch ms
 */
export function withSession(record: ResumeRecord, { session, registration, media, watched, secondsPlayed, position, time, completed, milestones }: Watched, now = Infinity): ResumeRecord {
  // A session that ended after another registration was begun belongs to the old one, which is over.
  if (![record.registration, ...(record.former ?? [])].includes(registration) || record.sessions.includes(session)) return record;
  const segments: Segment[] = [...record.segments, ...watched];
  // One from a clock that was ahead, and was set right since, is no later.
  const last = record.time > now ? 0 : record.time;
  return {
    ...record,
    segments: segments.length > MOST_SEGMENTS ? union(segments) : segments,
    secondsPlayed: round(record.secondsPlayed + secondsPlayed),
    // One that died may be closed after others that left it elsewhere; where a live stream was left is nowhere now.
    position: media?.live || time < last ? record.position : position,
    // A page that went did not wait for its claims.
    completed: record.completed || completed,
    milestones: [...new Set([...record.milestones, ...milestones])],
    sessions: [...record.sessions, session].slice(-MOST_SESSIONS),
    time: Math.max(last, time),
  };
}

/** What happens once per registration: completion, or a milestone. */
export type Claim = 'completed' | number;

export const holds = (record: ResumeRecord, claim: Claim): boolean =>
  claim === 'completed' ? record.completed : record.milestones.includes(claim);

export const withClaim = (record: ResumeRecord, claim: Claim): ResumeRecord =>
  claim === 'completed' ? { ...record, completed: true } : { ...record, milestones: [...new Set([...record.milestones, claim])] };

/** What a page gathered before it could read what was kept goes on in its own registration; nothing of either is lost. */
export function joined(kept: ResumeRecord, gathered: ResumeRecord): ResumeRecord {
  // Where it could be read after all, what was gathered has it already.
  const isThere = (session: string): boolean => gathered.sessions.includes(session);
  // Of a list that is full, the oldest have gone.
  const rest = gathered.sessions[MOST_SESSIONS - 1] ? kept.sessions.slice(kept.sessions.findIndex(isThere)) : kept.sessions;
  const base = rest.every(isThere) ? { ...kept, segments: [], secondsPlayed: 0 } : kept;
  return {
    ...withSession(base, { ...gathered, registration: kept.registration, session: '', watched: gathered.segments }),
    registration: gathered.registration,
    former: [kept.registration],
    sessions: [...new Set([...kept.sessions, ...gathered.sessions])],
  };
}

/** Whether it is one: a host, an extension, a disk or another version may have been at it. */
export const isRecord = (record: any): record is ResumeRecord =>
  typeof record?.registration === 'string' &&
  [record.secondsPlayed, record.position, record.time].every(Number.isFinite) &&
  [record.segments, record.milestones, record.sessions, record.former ?? []].every(Array.isArray) &&
  record.segments.every((one: any) => Number.isFinite(one?.[1] - one?.[0]));
