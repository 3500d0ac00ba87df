/**
 * fast-check's options: the same walks each time, since some moments are too short for anybody to tell what came first, and nobody
 * who changes nothing shall see a failure. `RUNS=20000` walks others, `SEED` the ones of that seed.
 */
export const fixedRuns = (numRuns: number): { numRuns: number; seed?: number } => {
  const { RUNS, SEED = RUNS ? undefined : '1' } = process.env;
  return { numRuns: Number(RUNS ?? numRuns), ...(SEED && { seed: Number(SEED) }) };
};
