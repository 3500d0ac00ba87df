import { json } from '../../demo/http.mjs';
import { documentsIn } from './documents.mjs';

/** An endpoint of our own that counts, for what is too much for a record store in memory. It takes everything. */
export const createKeeper = () => {
  const counts = new Map();
  return {
    /** @param {{ body: Buffer }} request */
    answer: ({ body }) => {
      const ids = documentsIn(body.toString('utf8')).map(({ id }) => id);
      for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
      return json(ids);
    },
    /** How often each came, by id. */
    counts,
  };
};
