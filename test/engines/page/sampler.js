// The page's own witness: reads the media clock again and again and believes only what it could have run.

/** How far a clock may be read beside the truth, in seconds at normal speed: engines tell the position unevenly. */
const UNEVEN = 0.3;

window.createSampler = () => {
  const stretches = [];
  let last;
  let seconds = 0;
  let unsure = 0;
  /** A faster rate, of which something may still be under way. */
  let former = { rate: 0, until: 0 };

  return {
    /** @param now `seeks` counts the seeks that the element began by then */
    look(now) {
      const before = last;
      last = now;
      if (!before) return;
      const elapsed = (now.mono - before.mono) / 1000;
      if (now.rate !== before.rate) former = { rate: before.rate, until: now.mono + 300 };
      const rate = Math.max(before.rate, now.rate, now.mono < former.until ? former.rate : 0);
      const moved = now.position - before.position;
      const stands = before.paused && now.paused;
      if (now.seeks !== before.seeks || before.seeking || now.seeking) {
        // What ran between the last look and the seek, and between its end and this look, nobody saw.
        if (!stands && (now.seeks !== before.seeks || before.seeking !== now.seeking)) unsure += elapsed * rate;
      } else if (moved > 0 && !stands && moved <= elapsed * rate + UNEVEN * Math.max(1, rate)) {
        const current = stretches.at(-1);
        if (current && current[1] === before.position) current[1] = now.position;
        else stretches.push([before.position, now.position]);
        seconds += moved / (before.rate || 1);
      } else if (moved <= 0 && moved > -UNEVEN * Math.max(1, rate)) {
        last = { ...now, position: before.position };
      } else if (!stands) {
        // Nobody sought, so the clock was told wrongly before or is now.
        unsure += Math.max(elapsed * rate, Math.min(Math.abs(moved), 2 * Math.max(1, rate)));
      }
    },
    /** What it saw running, and how many seconds of media may have run where it could not see. */
    result: () => ({ stretches: stretches.slice(), seconds, unsure }),
  };
};
