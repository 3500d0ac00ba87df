import type { Destination } from '../destinations/destination.js';
import { emptyBatch } from '../destinations/empty-batch.js';
import { utf8Length } from './request.js';
import type { Row } from './row.js';

/** Of one request's body. */
const MAX_BYTES = 512_000;

/** Rows as the bodies of requests: in the version that is spoken now, and no larger than the endpoint takes, as far as that is known. */
export interface Batches {
  /** Its document as it goes out. */
  spoken(row: Row): string;
  /** Throws where the destination cannot wrap them. */
  body(rows: readonly Row[], sendTime: number): string;
  /** Bytes of the largest body that is tried. */
  limit(): number;
  /** The first of them, as many as fit into so many bytes, and no fewer than `least`. */
  fit(rows: readonly Row[], bytes: number, least: number): Row[];
  /** A body of so many bytes was accepted. */
  grow(bytes: number): void;
  /** One of so many bytes, of several events, was too large. */
  shrink(bytes: number): void;
  /** Whether one event of so many bytes, refused for its size, is larger than what was accepted. */
  outgrows(bytes: number): boolean;
}

export function createBatches(destination: Destination): Batches {
  let learned = MAX_BYTES;
  let largest = 0;
  const spoken = ({ d, o }: Row): string => {
    try {
      const now = destination.asVersion?.(d) ?? d;
      return now !== d && o ? destination.asVersion!(o) : now;
    } catch {
      // The endpoint may say what is wrong with it.
      return d;
    }
  };
  return {
    spoken,
    body: (rows, sendTime) => destination.wrap(rows.map(spoken), sendTime),
    limit: () => Math.min(learned, destination.maxBytes || learned),
    fit(rows, bytes, least) {
      let size = utf8Length(emptyBatch(destination, 0));
      return rows.filter(({ k }, i) => (size += k[6] + 1) <= bytes || i < least);
    },
    grow(bytes) {
      learned = Math.min(MAX_BYTES, learned * 1.1);
      largest = Math.max(largest, bytes);
    },
    shrink(bytes) {
      learned = bytes >> 1;
    },
    outgrows: (bytes) => !!largest && bytes > largest,
  };
}
