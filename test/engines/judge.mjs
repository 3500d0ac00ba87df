// Was the record true? Held against what the learner did and what two witnesses saw play.

/** Seconds of media that a walk may differ by in all. */
export const TOLERANCE = 0.3;
/** What does not follow from one gesture but from how much was watched. */
const FOLLOWS = /^(progressed|completed)$/;

const union = (segments) => {
  const joined = [];
  for (const [from, to] of [...segments].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
};

const lengthOf = (segments) => segments.reduce((sum, [from, to]) => sum + to - from, 0);

const common = (one, other) =>
  one.reduce((sum, [from, to]) => sum + other.reduce((inner, [start, end]) => inner + Math.max(0, Math.min(to, end) - Math.max(from, start)), 0), 0);

/** Seconds that only one of the two has. */
export const difference = (one, other) => {
  const [a, b] = [union(one), union(other)];
  return lengthOf(a) + lengthOf(b) - 2 * common(a, b);
};

const show = (segments) => segments.map(([from, to]) => `${from.toFixed(3)}–${to.toFixed(3)}`).join(' ') || 'nothing';

/** The events that the learner's doings lead to. */
const expectedOf = (truth, { duration }, record) => {
  const expected = [];
  let mode = 'idle';
  const play = (again, soon, unmoved) => {
    if (mode === 'idle') expected.push({ type: 'initialized' }, { type: 'started' });
    else expected.push({ type: mode === 'ended' || again ? 'restarted' : 'resumed', soon, may: unmoved || (expected.at(-1).type === 'paused' && expected.at(-1).may) });
    mode = 'playing';
  };
  for (const [at, { what, from, to, rate = 1, again, at: began, end = began, ...entry }] of truth.entries()) {
    // Whatever else is recorded meanwhile settles a gesture: the learner's goes on as another then.
    const loose = entry.loose || record.some((event) => FOLLOWS.test(event.type) && event.at > began && event.at <= end);
    const [next, then] = truth.slice(at + 1);
    // What is left before it has moved may not have played at all.
    if (what === 'play') play(again, next?.what === 'seek' && next.at - began < 300, next?.what === 'leave' && next.left > duration - 0.05);
    else if (what === 'leave') {
      const mayEnd = entry.left < 0.1 * Math.max(1, rate);
      if (mode === 'playing') expected.push(entry.isOver ? { type: 'ended', position: duration } : { type: 'paused', reason: 'leaving', mayEnd, may: expected.at(-1).type !== 'seeked' && expected.at(-1).may });
      if (mode !== 'idle') expected.push({ type: 'terminated' });
    } else if (mode === 'idle') continue;
    else if (what === 'pause' && mode === 'playing') {
      // A pause in the last moment may come too late to stop the media before its end.
      if (next?.what === 'ended' && next.at - began < 300) continue;
      // Who plays on in the last moment before a loop goes round is only heard when it does.
      expected.push({ type: 'paused', may: next?.what === 'play' && then?.what === 'wrap' && then.at - began < 300 });
      mode = 'paused';
    } else if (what === 'seek') {
      // How far it was is only known as exactly as one can read the clock.
      const far = Math.abs(to - from);
      const unclear = mode === 'playing' ? 0.15 * Math.max(1, rate) : 0.02;
      // Who goes back to the start from the end and plays has started over, by hand or not.
      const restarts = next?.what === 'play' && ((mode === 'ended' && to < TOLERANCE) || (next.again && from > duration - TOLERANCE));
      if (far + unclear >= 0.05) expected.push({ type: 'seeked', from, to, until: next?.at ?? Infinity, ends: entry.ends, rate, toRate: entry.by === 'engine' ? rate : 1, loose, may: restarts || far - unclear < 0.05 });
    } else if (what === 'rate' && from !== to) expected.push({ type: 'rateChanged', from, to, loose });
    else if (what === 'ended' && mode === 'playing') {
      expected.push({ type: 'ended', position: duration });
      mode = 'ended';
      // The end too settles a gesture: who was still changing the rate or seeking then goes on with another.
      const gesture = expected.at(-2);
      const before = truth[at - 1];
      if (/^(rateChanged|seeked)$/.test(gesture?.type) && /^(rate|seek)$/.test(before?.what) && before.end > began) {
        gesture.isParted = true;
        // Where a seek led is read after the end then, up to which the media ran at its rate.
        expected.push({ type: gesture.type, rest: gesture, to: gesture.to, toRate: gesture.rate, may: true });
      }
    } else if (what === 'wrap') {
      // Who plays at the end is brought to the start by that, and nothing was played before it.
      if (truth[at - 1]?.what === 'play' && began - truth[at - 1].at < 100 && expected.at(-1).type === 'restarted') continue;
      expected.push({ type: 'ended', position: duration });
      mode = 'ended';
      play();
    }
  }
  return expected;
};

const compareEvents = (expected, actual, problems) => {
  const events = actual.filter(({ type }) => !FOLLOWS.test(type));
  let at = 0;
  const wrong = (text) => problems.push(`${text}\n      expected ${expected.map(({ type, may, loose }) => `${type}${may ? '?' : ''}${loose ? '*' : ''}`).join(' ')}\n      recorded ${events.map(({ type }) => type).join(' ')}`);
  for (const [index, gesture] of expected.entries()) {
    const { type, from, to, ends = [], rate = 1, toRate = 1, reason, may, mayEnd, loose, position, rest, until } = gesture;
    // The media that was told to play and sent elsewhere before it said that it does begins to play there.
    if (gesture.soon && expected[index + 1]?.type === 'seeked' && events[at]?.type === 'seeked' && events[at + 1]?.type === type) {
      [events[at], events[at + 1]] = [events[at + 1], events[at]];
    }
    const event = events[at];
    // Where the learner went is known; where the engine went by itself is read from a clock that runs.
    const near = TOLERANCE * Math.max(1, toRate);
    if (rest) {
      // From the end, if it is a seek.
      const isTo = (value) => (type === 'seeked' ? Math.abs(value - to) <= near : value === to);
      const goesOn = event?.type === type && (type === 'seeked' || event.from === rest.reached) && isTo(event.to);
      if (isTo(rest.reached)) continue;
      if (goesOn) at += 1;
      else problems.push(`${type} to ${rest.reached} was to ${to}`);
      continue;
    }
    if (mayEnd && event?.type === 'ended') {
      at += 1;
      continue;
    }
    const leftThere = () => [from, ...ends].some((left) => Math.abs(event.from - left) <= TOLERANCE * Math.max(1, rate));
    if (event?.type !== type || (may && type === 'seeked' && !gesture.isParted && ((!loose && Math.abs(event.to - to) > near) || !leftThere()))) {
      if (may) continue;
      return wrong(`${type} was expected as event ${at + 1}, ${event?.type ?? 'nothing'} came`);
    }
    at += 1;
    if (event.reason !== reason) problems.push(`${type} has the reason ${event.reason} instead of ${reason}`);
    if (type === 'rateChanged' && gesture.isParted) {
      if (event.from !== from) problems.push(`rate from ${event.from} was from ${from}`);
      gesture.reached = event.to;
    } else if (type === 'rateChanged' && loose) {
      if (event.from !== from) problems.push(`rate from ${event.from} was from ${from}`);
      let last = event;
      while (last.to !== to && events[at]?.type === 'rateChanged') last = events[at++];
      if (last.to !== to) problems.push(`rate to ${last.to} was to ${to}`);
    } else if (type === 'rateChanged' && (event.from !== from || event.to !== to)) problems.push(`rate ${event.from} → ${event.to} was ${from} → ${to}`);
    if (type === 'ended' && Math.abs(event.position - position) > 0.05) problems.push(`ended at ${event.position} of ${position}`);
    if (type !== 'seeked') continue;
    if (!leftThere()) problems.push(`seeked from ${event.from}, the learner left from ${from.toFixed(3)}`);
    if (gesture.isParted) {
      gesture.reached = event.to;
      continue;
    }
    let last = event;
    // What came in between parted the gesture, also after the learner was there: who presses a key again goes there again.
    while (loose && events[at]?.type === 'seeked' && (Math.abs(last.to - to) > near || (events[at].at < until && Math.abs(events[at].to - to) <= near))) {
      last = events[at];
      at += 1;
    }
    if (Math.abs(last.to - to) > near) problems.push(`seeked to ${last.to}, the learner went to ${to.toFixed(3)}`);
  }
  if (at < events.length) wrong(`${events.length - at} events too many, from ${events[at].type} at ${events[at].position} on`);
};

const checkForm = (events, { duration, from, to }, problems) => {
  const times = events.map(({ time }) => time);
  if (times.some((time, at) => at && time <= times[at - 1])) problems.push(`timestamps do not rise: ${times.join(' ')}`);
  if (events[0].type !== 'initialized') problems.push(`begins with ${events[0].type}`);
  if (events.at(-1).type !== 'terminated') problems.push(`ends with ${events.at(-1).type}`);
  const milestones = events.filter(({ type }) => type === 'progressed');
  milestones.forEach(({ milestone, fraction }, at) => {
    if (at && milestone <= milestones[at - 1].milestone) problems.push(`milestone ${milestone} after ${milestones[at - 1].milestone}`);
    if (milestone > 100 * fraction) problems.push(`milestone ${milestone} with ${fraction} watched`);
  });
  const reached = [0, 25, 50, 75, 100].filter((milestone) => milestone <= 100 * events.at(-1).fraction);
  if (reached.length !== milestones.length) problems.push(`milestones ${milestones.map(({ milestone }) => milestone)} with ${events.at(-1).fraction} watched`);
  const completed = events.filter(({ type }) => type === 'completed');
  if (completed.length > 1) problems.push(`completed ${completed.length} times`);
  for (const { fraction, threshold } of completed) if (fraction < threshold) problems.push(`completed with ${fraction} of ${threshold}`);
  if (!completed.length && events.at(-1).fraction >= events.at(-1).threshold) problems.push('never completed');
  let before = 0;
  for (const { type, segments, fraction, secondsPlayed, position } of events) {
    for (const [start, end] of segments) {
      if (!(start >= 0 && end > start && end <= duration + 0.01)) problems.push(`${type}: the segment ${start}–${end} of ${duration}`);
    }
    if (fraction < before) problems.push(`${type}: the fraction fell from ${before} to ${fraction}`);
    before = fraction;
    if (!(position >= 0 && position <= duration + 0.01)) problems.push(`${type} at ${position} of ${duration}`);
    if (secondsPlayed > (to - from) / 1000 + TOLERANCE) problems.push(`${type}: ${secondsPlayed} s played within ${(to - from) / 1000} s`);
  }
};

/**
 * @param {{ loads: any[], truth: any[], record: any[] }} walk
 * @param {string} engine
 * @param {boolean} isCut the walk ended in the middle of a step: nobody knows how far that came
 * @returns {{ problems: string[], played: number, sampled: number, unsure: number, seeks: number, watched: number }}
 * seconds by which the record differs from the two witnesses, and how many the second did not see
 */
export const judge = ({ loads, truth, record }, engine, isCut = false) => {
  const problems = [];
  const sum = { played: 0, sampled: 0, unsure: 0, repeats: 0, seconds: 0, watched: 0, seeks: truth.filter(({ what }) => what === 'seek').length };
  // In the order of the sources, of which each that was played has one.
  const sessions = [...new Set(record.map(({ session }) => session))];
  let count = 0;
  for (const [at, load] of loads.entries()) {
    // The end that is told in the moment in which the source goes came before that.
    const when = (entry) => (entry.what === 'leave' ? Infinity : entry.at);
    const own = truth.filter((entry) => entry.load === at).sort((a, b) => (when(a) === when(b) ? 0 : when(a) - when(b)));
    const expected = expectedOf(own, load, record);
    const name = `${load.source}, source ${at + 1}`;
    const session = expected.length > 0 ? sessions[count++] : undefined;
    const events = record.filter((event) => event.session === session);
    const found = [];
    if (!isCut) compareEvents(expected, events, found);
    const segments = events.at(-1)?.segments ?? [];
    if (events.length > 0) checkForm(events, load, found);
    // After a seek with loop on, Firefox and WebKit say that the media was played to its end: there the other witness has to do.
    const believed = !(engine !== 'chromium' && load.looped);
    const differs = { played: believed ? difference(segments, load.played) : 0, sampled: difference(segments, load.stretches) };
    sum.played += differs.played;
    sum.sampled += differs.sampled;
    sum.unsure += load.unsure;
    sum.repeats += lengthOf(segments) - lengthOf(load.stretches);
    sum.seconds += (events.at(-1)?.secondsPlayed ?? 0) - load.seconds;
    sum.watched += lengthOf(segments);
    if (differs.played > 0.1 || differs.sampled > 0.1 + load.unsure) {
      found.push(`(${differs.played.toFixed(3)} s beside video.played, ${differs.sampled.toFixed(3)} s beside the sampler, which was unsure of ${load.unsure.toFixed(3)} s\n      recorded ${show(segments)}\n      played   ${show(load.played)}\n      sampled  ${show(load.stretches)})`);
    }
    problems.push(...found.map((text) => `${name}: ${text}`));
  }
  if (!isCut && sessions.length !== count) problems.push(`${sessions.length} sessions instead of ${count}`);
  if (sum.played > TOLERANCE) problems.push(`${sum.played.toFixed(3)} s beside video.played`);
  if (sum.sampled > TOLERANCE + sum.unsure) problems.push(`${sum.sampled.toFixed(3)} s beside the sampler, which was unsure of ${sum.unsure.toFixed(3)} s`);
  if (Math.abs(sum.repeats) > TOLERANCE + sum.unsure) problems.push(`${sum.repeats.toFixed(3)} s more, with repeats, than the sampler saw`);
  // Seconds of the real clock: at half the speed twice as many.
  if (Math.abs(sum.seconds) > TOLERANCE + 2 * sum.unsure) problems.push(`${sum.seconds.toFixed(3)} s more of the real clock than the sampler saw`);
  // Remarks in brackets explain, they are no problems of their own.
  const isWrong = problems.some((text) => !/: \(/.test(text));
  return { problems: isWrong ? problems : [], ...sum };
};
