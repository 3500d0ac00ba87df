/**
 * Numbers that are the same for the same seed (mulberry32).
 *
 * @param {number} seed
 */
export const createRandom = (seed) => {
  let state = seed | 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from, to) => Math.round((from + (to - from) * unit()) * 1000) / 1000;
  return {
    /** 0 ≤ unit() < 1 */
    unit,
    between,
    whole: (from, to) => Math.floor(from + (to - from + 1) * unit()),
    chance: (share) => unit() < share,
    pick: (list) => list[Math.floor(unit() * list.length)],
    /** @param {[number, T][]} weighted @template T */
    weighted: (weighted) => {
      let left = unit() * weighted.reduce((sum, [weight]) => sum + weight, 0);
      return weighted.find(([weight]) => (left -= weight) < 0)?.[1] ?? weighted[0][1];
    },
  };
};
