import type { RejectedRow } from './row.js';

/** An event that its endpoint refused. */
export interface Rejected {
  readonly destination: string;
  readonly id: string;
  readonly type: string;
  readonly status: number;
  /** What the endpoint said, its first 2,000 characters. */
  readonly reason: string;
  /** When it was refused, epoch ms. */
  readonly when: number;
  readonly document: string;
}

export const rejection = ({ k, d, s, e, a }: RejectedRow): Rejected => ({
  destination: k[1],
  id: k[4],
  type: k[7],
  status: s,
  reason: e,
  when: a,
  document: d,
});

/** What the outbox has to say, by name. */
export interface OutboxEvents {
  delivered: { readonly destination: string; readonly ids: readonly string[] };
  /** `status` 0: no answer came. `delay` in ms. */
  retry: { readonly destination: string; readonly status: number; readonly delay: number; readonly why: string };
  rejected: Rejected;
  /** `full`: the outbox was; `age`: older than `maxAgeDays`; `hook`: a hook threw. `types`: how many of each event type. */
  dropped: { readonly count: number; readonly types: Readonly<Record<string, number>>; readonly why: 'full' | 'age' | 'hook' };
}

export type Report = <N extends keyof OutboxEvents>(name: N, detail: OutboxEvents[N]) => void;
