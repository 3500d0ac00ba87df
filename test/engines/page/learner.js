// One learner with a player: does what a step says, and keeps what really happened apart from what the plugin says of it.

const MEDIA = {
  lecture: { src: '/media/lecture.mp4', type: 'video/mp4' },
  webm: { src: '/media/lecture.webm', type: 'video/webm' },
  short: { src: '/media/short.mp4', type: 'video/mp4' },
};
const LOGGED =
  'loadstart emptied loadedmetadata durationchange play playing pause waiting timeupdate seeking seeked ended ratechange volumechange resize playerreset'.split(' ');
/** Longer than a gesture takes to settle, in ms. */
const REST = 320;

const ranges = ({ played }) => Array.from({ length: played.length }, (_, at) => [played.start(at), played.end(at)]);

// The last moment at which the element still knows what was played of the old source.
for (const [name, kind] of [['src', 'set'], ['load', 'value']]) {
  const descriptor = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, name);
  const original = descriptor[kind];
  Object.defineProperty(HTMLMediaElement.prototype, name, {
    ...descriptor,
    [kind](...values) {
      this.beforeSource?.();
      return original.apply(this, values);
    },
  });
}

/** Real input reaches the page's own listeners before any of Video.js. */
let armed;
/** When any came last. */
let touched = -Infinity;
for (const type of ['mousedown', 'mouseup', 'click', 'keydown']) {
  document.addEventListener(
    type,
    () => {
      touched = performance.now();
      armed?.(type);
    },
    true,
  );
}

const until = async (holds, what, milliseconds = 10_000) => {
  const end = performance.now() + milliseconds;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`stuck: ${what}, not within ${milliseconds} ms`);
    await new Promise((next) => {
      requestAnimationFrame(next);
      setTimeout(next, 40);
    });
  }
};

/** @param engine WebKitGTK 2.50 never ends a seek away from the end, with or without the plugin: its learners play again first */
window.createLearner = (slot, source, engine) => {
  const element = document.createElement('video');
  element.className = 'video-js';
  document.querySelectorAll('.place')[slot].append(element);
  const player = videojs(element, {
    controls: true,
    muted: true,
    preload: 'auto',
    width: 400,
    height: 225,
    inactivityTimeout: 0,
    userActions: { hotkeys: true },
    sources: [MEDIA[source]],
  });
  const record = [];
  const truth = [];
  const log = [];
  const loads = [];
  let video;
  let sampler;
  let alive = true;
  let seeks = 0;
  let seekeds = 0;
  let ended = false;
  let wraps = 0;
  let pauses = 0;
  let pausing = false;
  /** Playing on from the end, which starts over with a seek of the engine's own. */
  let again = false;
  let rated;
  let active = -Infinity;
  /** The learner's seek that is under way. */
  let gesture;
  let target;

  const now = () => performance.now();
  const note = (what, more = {}) => {
    const entry = { what, load: loads.length - 1, at: now(), ...more };
    truth.push(entry);
    log.push({ at: entry.at, learner: what, ...more });
    return entry;
  };

  /** Near the end the media may be over before any event says so. */
  const leave = () => note('leave', video && { isOver: video.ended, left: video.duration - video.currentTime, rate: video.playbackRate });

  /** When the clock was last seen in another place, and where. */
  let moved = { at: now(), position: NaN };
  /** The same before a leap that nobody has told of yet. */
  let left;
  const look = () => {
    if (!video || !sampler) return;
    const { currentTime: position, paused, seeking, playbackRate: rate } = video;
    if (position !== moved.position) {
      if (seeking || position < moved.position - 0.3 * rate) left ??= moved;
      moved = { at: now(), position };
    }
    sampler.look({ mono: now(), position, paused, seeking, rate, seeks });
  };
  const frames = () => {
    look();
    if (alive) requestAnimationFrame(frames);
  };
  const videoFrames = () => {
    look();
    video?.requestVideoFrameCallback(videoFrames);
  };

  const load = (name) => {
    sampler = createSampler();
    ended = false;
    loads.push({ source: name, from: now(), played: [], rate: 1 });
  };
  const unload = () => {
    look();
    Object.assign(loads.at(-1), { to: now(), played: ranges(video), duration: player.duration(), ...sampler.result() });
    sampler = video.beforeSource = undefined;
  };

  player.on(LOGGED, ({ type }) => {
    if (!video) return;
    log.push({
      at: now(),
      type,
      position: player.currentTime(),
      duration: player.duration(),
      is: ['paused', 'ended', 'seeking', 'scrubbing', 'loop'].filter((name) => player[name]()).join(' '),
      rate: player.playbackRate(),
      ready: player.readyState(),
      ...(type === 'seeking' && { played: ranges(video) }),
    });
  });

  const rate = () => Math.max(1, player.playbackRate());
  /** The engine seeks by itself. */
  const strayed = ({ position: from, at }) => {
    if (Math.abs(target - from) < 0.05) return;
    const within = (now() - at) / 1000 + 0.3;
    if (video.loop && target < within * rate() && from > video.duration - within * rate()) {
      wraps += 1;
      note('wrap');
      return;
    }
    // After a seek with loop on, WebKit may go round long before the end, and counts what it left out as played.
    loads.at(-1).looped = true;
    const last = truth.at(-1);
    if (last.what === 'seek' && now() - active < 250) last.to = target;
    else note('seek', { from, to: target, playing: true, rate: player.playbackRate(), by: 'engine' });
  };

  const reachEnd = () => {
    ended = true;
    note('ended');
  };

  const hear = ({ type }) => {
    if (type === 'seeking') {
      seeks += 1;
      if (gesture?.next) divide();
      target = video.currentTime;
      // Where the clock was told wrongly, the element still knows where it was left.
      if (gesture) gesture.ends ??= ranges(video).map(([, end]) => end);
      if (gesture) gesture.to = target;
      else if (!again && !ended && !video.paused) strayed(left ?? moved);
    }
    if (type === 'seeking' || type === 'seeked') left = undefined;
    if (type === 'seeked') {
      seekeds += 1;
      again = false;
    }
    if (type === 'pause') {
      pauses += 1;
      // WebKit without a sound device does so at each change of the rate. The media stands, whoever stopped it.
      if (!pausing && !gesture && !video.ended) note('pause', { by: 'engine' });
      pausing = false;
      if (!video.ended) again = ended = false;
      // A pause that came too late: WebKit does not tell of the end then.
      else if (!ended) reachEnd();
    }
    if (type === 'ratechange') rated ??= now();
    if (type === 'seeking' || type === 'seeked') active = now();
    if (type === 'seeked' && gesture) gesture.rests = true;
    if (type === 'ended' && !ended) reachEnd();
    if (type === 'playing' && !video.ended) ended = false;
  };

  player.ready(() => {
    video = player.tech(true).el();
    for (const type of ['seeking', 'seeked', 'ended', 'playing', 'pause', 'ratechange']) video.addEventListener(type, hear, true);
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(videoFrames);
  });

  const loaded = () => until(() => video && player.readyState() >= 3 && player.duration() > 0 && video.readyState >= 3, 'the source loads');
  load(source);
  const analytics = player.learningAnalytics({
    actor: { id: 'https://campus.example/users/random' },
    media: () => ({ id: `https://campus.example/media/${loads.at(-1).source}` }),
    resume: false,
    queue: { storage: 'memory' },
    destinations: [],
  });
  analytics.listen('record', ({ type, time, session, position, from, to, milestone, reason, progress: { segments, fraction, threshold, secondsPlayed } }) => {
    record.push({ at: now(), type, time, session, position, from, to, milestone, reason, segments, fraction, threshold, secondsPlayed });
    log.push({ at: now(), record: type, position, ...(from !== undefined && { from, to }), ...(milestone !== undefined && { milestone }) });
  });
  requestAnimationFrame(frames);

  const rest = () => until(() => now() - active > REST, 'nothing seeks');
  const going = () => !player.paused() && !player.ended();

  const moves = async () => {
    const from = video.currentTime;
    await until(() => (!again && (player.ended() || ended)) || (!video.seeking && video.currentTime !== from), 'the media moves');
  };

  /** With loop on WebKitGTK 2.50 goes round wherever it is after a seek, and crashes when it plays on from the end. */
  const unloop = () => {
    if (engine === 'webkit') player.loop(false);
  };

  /** A gesture ends when nothing seeks for 250 ms; the plugin may hear of its rest a little sooner, and of the next seek later. */
  const divide = () => {
    const { next } = gesture;
    const gap = now() - active;
    gesture.next = undefined;
    gesture.rests = false;
    if (gap > 200 && gap < 252) gesture.loose = true;
    if (gap < 252) return;
    gesture.end = active;
    gesture = note('seek', { to: next.from, playing: going(), rate: player.playbackRate(), ...next });
  };

  /** The learner begins to seek: from here. */
  const begin = (more) => {
    // Where the machine is slow, a chain falls apart into several gestures.
    if (gesture?.rests) gesture.next = { from: video.currentTime, ...more };
    if (gesture) return;
    const { currentTime: from } = video;
    unloop();
    ended = false;
    if (player.loop()) loads.at(-1).looped = true;
    gesture = note('seek', { from, to: from, playing: going(), rate: player.playbackRate(), ...more });
  };
  const rested = async (count) => {
    // WebKit does not say that a seek to where it stands is over.
    const stood = () => Math.abs(gesture.to - gesture.from) < 0.05 && now() - Math.max(active, gesture.at) > 1000;
    await until(() => !player.scrubbing() && !player.seeking() && (seekeds > count || stood()), 'the seek ends');
    gesture.end = now();
    // Firefox, where it is busy, tells of the last seeks of a chain later than it makes them.
    if (video.paused) gesture.to = video.currentTime;
    moved = { at: now(), position: video.currentTime };
    left = undefined;
    gesture = undefined;
    active = now();
  };

  const seek = async (to) => {
    const count = seekeds;
    begin();
    player.currentTime(to);
    await rested(count);
  };

  /** Where the learner goes: an end that is reached in the middle of a gesture of a loop would be a matter of milliseconds. */
  const within = (seconds) => Math.max(0, Math.min(seconds, player.duration() - (player.loop() ? Math.min(2 * rate(), player.duration() / 2) : 0)));

  let paused = 0;
  const turn = (play) => {
    paused = pauses;
    pausing = !play;
    again = play && (player.ended() || ended);
    if (again) unloop();
    note(play ? 'play' : 'pause', again ? { again } : {});
  };
  const toggle = (play = player.paused()) => {
    turn(play);
    if (play) player.play()?.catch?.(() => {});
    else player.pause();
  };
  // Until its event has come a pause is not there, and who seeks before it would pause in the middle of a seek.
  const toggled = (play) => (play ? moves() : until(() => pauses > paused, 'pause'));

  const steps = {
    async watch({ seconds }) {
      if (!going()) return;
      const end = now() + 15_000;
      let [at, left] = [video.currentTime, seconds * Math.min(rate(), 4)];
      await until(() => {
        const moved = video.currentTime - at;
        if (moved > 0) left -= moved;
        at = video.currentTime;
        return left <= 0 || !going() || now() > end;
      }, 'the media runs', 16_000);
      if (now() > end) throw new Error('stuck: the media does not run');
    },
    async toggle() {
      const play = player.paused();
      toggle(play);
      await toggled(play);
    },
    /** Pauses and goes on in the same breath. */
    async blink() {
      if (!going() || player.duration() - video.currentTime < 1.5 * rate()) return;
      toggle(false);
      await toggled(false);
      await new Promise((next) => setTimeout(next, 30));
      toggle(true);
      await moves();
    },
    seek: ({ share }) => seek(within(share * player.duration())),
    nudge: ({ by }) => seek(within(video.currentTime + by)),
    async chain({ shares, pauses }) {
      const count = seekeds;
      for (const [at, share] of shares.entries()) {
        if (at) await new Promise((next) => setTimeout(next, pauses[at]));
        begin();
        player.currentTime(within(share * player.duration()));
      }
      await rested(count);
    },
    async rate({ rates }) {
      // A loop that goes round each second would do so in the middle of every gesture.
      if (player.loop() && rates.some((one) => one > 4)) return;
      const from = player.playbackRate();
      const entry = note('rate', { from, to: from });
      rated = undefined;
      for (const [at, one] of rates.entries()) {
        if (at) await new Promise((next) => setTimeout(next, 60));
        player.playbackRate(one);
      }
      await until(() => player.playbackRate() === rates.at(-1), 'ratechange', 2000);
      entry.to = player.playbackRate();
      Object.assign(entry, { at: rated ?? entry.at, end: now() });
      active = now();
    },
    async loop() {
      if (rate() > 4) return;
      player.loop(!player.loop());
      // Firefox too, which says in the end that all to the end was played.
      if (player.loop() && engine !== 'chromium') loads.at(-1).looped = true;
      log.push({ at: now(), learner: `loop ${player.loop()}` });
    },
    /** Goes to shortly before the end and plays over it. */
    async finish({ seconds }) {
      const before = wraps;
      const near = player.duration() - Math.min(seconds * Math.min(rate(), 4), player.duration() / 2);
      if (player.ended() || ended || video.currentTime < near) {
        await seek(near);
        if (going()) await moves();
        await rest();
      }
      if (player.paused()) await steps.toggle();
      await until(() => ended || wraps > before, 'the end');
    },
    /** To the very end at once. */
    async end() {
      if (player.loop()) return;
      await seek(player.duration());
    },
    async source({ name }) {
      leave();
      const source = name === 'same' ? loads.at(-1).source : name;
      const count = loads.length;
      video.beforeSource = unload;
      if (name === 'same') player.load();
      else player.src(MEDIA[source]);
      await until(() => loads[count - 1].to !== undefined, 'the old source goes');
      load(source);
      await until(() => video.readyState < 3 || video.currentTime === 0, 'the new source comes');
      await loaded();
      active = now();
    },
  };

  const box = (selector) => player.el().querySelector(selector).getBoundingClientRect();
  const onBar = (share) => {
    const { x, y, width, height } = box('.vjs-progress-holder');
    return [x + width * (within(share * player.duration()) / player.duration()), y + height / 2];
  };

  // Steps for a real mouse and keyboard: what to do with them, and what to expect of it.
  const inputs = {
    click: ({ share }) => ({ seek: true, points: [onBar(share)] }),
    drag: ({ shares, waits }) => ({ seek: true, points: shares.map(onBar), waits }),
    button: () => {
      const { x, y, width, height } = box('.vjs-play-control');
      return { points: [[x + width / 2, y + height / 2]] };
    },
    key: () => {
      player.el().focus();
      return { keys: ['k'] };
    },
    keys({ key, times }) {
      player.controlBar.progressControl.seekBar.el().focus();
      let pressed = key;
      if (player.loop() && /ArrowRight|End|[5-9]/.test(key)) pressed = 'ArrowLeft';
      // The second of them would seek away from the end, or to it once more.
      const once = engine === 'webkit' && /ArrowRight|End/.test(pressed);
      return { seek: true, keys: Array.from({ length: once ? 1 : times }, () => pressed) };
    },
  };
  let count = 0;
  /** When input was asked for last. */
  let asked = -Infinity;
  let play;
  let mouse;

  return {
    log,
    loaded,
    rest: async ({ hasty }) => {
      if (!hasty) await rest();
    },
    /** @returns what is left to do with real input */
    async act(step) {
      log.push({ at: now(), step: JSON.stringify(step) });
      asked = -Infinity;
      if (engine === 'webkit' && video.ended && /^(click|drag|keys|seek|nudge|chain|finish|end)$/.test(step.kind)) return void (await steps.toggle());
      if (steps[step.kind]) return void (await steps[step.kind](step));
      const input = inputs[step.kind](step);
      asked = now();
      count = seekeds;
      play = undefined;
      mouse = input.points && input.seek ? 'down' : undefined;
      armed = (type) => {
        if (input.seek) {
          if (type === 'mousedown' || type === 'keydown') begin({ by: step.kind });
          if (type === 'mouseup') mouse = 'up';
        } else if (type === (input.keys ? 'keydown' : 'click') && play === undefined) {
          play = player.paused();
          turn(play);
        }
      };
      return input;
    },
    seeking: () => until(() => !player.seeking(), 'the drag seeks', 4000),
    async acted() {
      if (gesture) {
        await until(() => mouse !== 'down', 'mouseup', 15_000);
        armed = undefined;
        const { playing } = gesture;
        await rested(count);
        if (playing && mouse) await until(() => !player.paused() || ended || player.ended(), 'play goes on after the mouse');
        return;
      }
      await until(() => play !== undefined, 'the input arrives', 15_000);
      armed = undefined;
      await toggled(play);
    },
    disarm() {
      armed = undefined;
    },
    /** What shows that the engine or its driver is stuck by itself: nobody but the learner, who waits, touches the media. */
    stall() {
      const { seeking, paused, ended: over, readyState } = video ?? {};
      if (asked > touched && now() - asked > 5000) return 'no input reaches the page';
      const long = now() - Math.max(active, moved.at) > 3000;
      if (long && seeking) return 'a seek never ends';
      if (long && readyState < 3 && loads.at(-1).from < moved.at) return 'data never comes';
      if (long && !paused && !over) return 'it plays and stands';
      return undefined;
    },
    async end() {
      unload();
      leave();
      player.dispose();
      video = undefined;
      alive = false;
      return { loads, truth, record, log };
    },
  };
};

window.learners = [];
