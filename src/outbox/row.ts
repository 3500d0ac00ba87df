import type { EventType } from '../events.js';
import type { Stored } from './store.js';

/** One event for one destination, as the tracker hands it over. */
export interface NewRow {
  /** `Destination.key` */
  readonly destination: string;
  /** Whose it is: stable per person across pages, and one constant for all anonymous ones. */
  readonly actor: string;
  readonly id: string;
  readonly type: EventType;
  readonly time: number;
  /** From the event table. */
  readonly worth: number;
  /** The serialised document: every attempt sends these very bytes. */
  readonly document: string;
}

/** Epoch ms from which times have 13 digits, in 2001: a clock that starts in 1970 or in 2000 is ahead of time in keys, so that all of them sort. */
export const AGES = 1e12;

/** A destination whose key begins so is one session's, on one page: nobody else can send to it, nor anybody when that is over. */
export const BRIEF = 'session ';

/** In the order of events, and with all that eviction must know, so that it reads keys alone. */
export type RowKey = readonly [
  prefix: 'q' | 'r', destination: string, actor: string, time: number, id: string, worth: number, bytes: number, type: string,
];

/** A row of the queue: its key and its document. */
export interface Row extends Stored {
  readonly k: RowKey;
  /** Rewritten where the version becomes another: the endpoint refused the one before, or the options name another by now. */
  d: string;
  /** As it was before that: the way back is none that loses anything. */
  o?: string;
}

/** A row that its endpoint refused: status, reason, when. */
export interface RejectedRow extends Row {
  readonly s: number;
  readonly e: string;
  readonly a: number;
}

/** The kinds of what a row's key consists of, in order: strings and numbers. */
const KINDS = 'sssnsnns';

/** Whether a key is that of a row. */
export const isRowKey = (key: any): key is RowKey => Array.isArray(key) && key.length === KINDS.length && key.every((part, i) => part === part && (typeof part)[0] === KINDS[i]);

/** Whether it is that of an event, which waits or was refused. */
export const isEvent = ({ k }: Stored): boolean => /^[qr]$/.test(k[0] as string);

/** Whether a row is one: a host, an extension or a disk may have been at it. */
export const isSound = (row: any): boolean => Array.isArray(row?.k) && row.k.every((part: unknown) => 'sn'.includes((typeof part)[0]!)) && (!isEvent(row) || (isRowKey(row.k) && typeof row.d === 'string'));
