/**
 * What goes wrong with the next requests.
 *
 * @typedef {object} Fault
 * @property {number} [status] 0 cuts the connection
 * @property {Record<string, string>} [headers]
 * @property {unknown} [body] text, or anything else as JSON
 * @property {number} [times] how many requests, 1 by default
 * @property {string} [path] only requests whose path begins with this
 * @property {number} [delayMs] wait before the answer; with no status the true answer comes late
 * @property {boolean} [afterStoring] do what was asked first: the answer alone is lost
 */

/** @param {Fault} fault @returns {import('./http.mjs').Answer} */
export const answerOf = ({ status = 500, headers = {}, body = '' }) => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** A dead network and wrong answers, on demand. */
export const createFaults = () => {
  let down = false;
  let queue = [];

  return {
    outage: (on) => {
      down = on;
    },
    isDown: () => down,
    /** @param {Fault} fault */
    add: ({ times = 1, ...fault }) => {
      queue.push({ ...fault, left: times });
    },
    clear: () => {
      queue = [];
    },
    /** @returns {Fault | undefined} */
    take: (pathname) => {
      const fault = queue.find(({ path = '' }) => pathname.startsWith(path));
      if (!fault) return undefined;
      fault.left -= 1;
      queue = queue.filter(({ left }) => left > 0);
      return fault;
    },
  };
};
