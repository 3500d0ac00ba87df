// An hour of playback with 500 interactions, told to a real Video.js by a video element whose clock is made up.

const TICKS = 4 * 3600;
const INTERACTIONS = 500;

const breath = () => new Promise((next) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => next();
  port2.postMessage(null);
});

const set = {
  nothing: () => {},
  ours: (player) =>
    player.learningAnalytics({
      actor: { id: 'https://campus.example/users/bench' },
      media: { id: 'https://campus.example/media/hour' },
      xapi: { endpoint: '/sink/xapi', auth: false },
      caliper: { endpoint: '/sink/caliper', auth: false },
      queue: { storage: 'memory' },
      resume: false,
    }),
  other: (player) => player.eventTracking({ performance: () => {} }),
};

window.bench = async (which) => {
  const player = videojs('lecture');
  await new Promise((next) => player.ready(next));
  const video = player.tech(true).el();
  while (video.readyState < 3) await new Promise((next) => setTimeout(next, 50));
  const state = { currentTime: 0, duration: 3600, paused: true, ended: false, seeking: false, playbackRate: 1, volume: 1 };
  for (const name of Object.keys(state)) {
    const get = () => state[name];
    const set = (value) => {
      state[name] = value;
    };
    Object.defineProperty(video, name, { get, set });
  }
  const ranges = [];
  Object.defineProperty(video, 'played', { get: () => ({ length: ranges.length, start: (at) => ranges[at][0], end: (at) => ranges[at][1] }) });
  const tell = (...types) => types.forEach((type) => video.dispatchEvent(new Event(type)));
  tell('durationchange');
  set[which](player);

  let longTasks = 0;
  const observer = new PerformanceObserver((list) => (longTasks += list.getEntries().length));
  observer.observe({ type: 'longtask' });
  const run = (milliseconds) => {
    clock.ahead += milliseconds;
    if (!state.paused) state.currentTime = Math.min(3599, state.currentTime + (milliseconds / 1000) * state.playbackRate);
  };
  const interact = (at) => {
    if (at % 5 === 0) {
      state.paused = true;
      tell('pause');
      run(400);
      state.paused = false;
      tell('play', 'playing');
    } else if (at % 5 === 1) {
      state.playbackRate = state.playbackRate === 1 ? 1.5 : 1;
      tell('ratechange');
    } else if (at % 5 === 2) {
      state.volume = (at % 10) / 10;
      tell('volumechange');
    } else {
      state.seeking = true;
      state.currentTime = (at * 1237) % 3000;
      tell('seeking');
      run(40);
      state.seeking = false;
      tell('timeupdate', 'seeked', 'playing');
    }
  };

  const hour = async (ticks) => {
    let busy = 0;
    let longest = 0;
    for (let at = 0; at < ticks; at += 1) {
      run(250);
      const from = realNow();
      tell('timeupdate');
      if (at % Math.floor(TICKS / INTERACTIONS) === 7) interact(Math.floor((at / TICKS) * INTERACTIONS));
      const took = realNow() - from;
      busy += took;
      longest = Math.max(longest, took);
      if (at % 20 === 0) await breath();
    }
    return { busy, longest };
  };

  state.paused = false;
  tell('play', 'playing');
  await hour(500);
  longTasks = 0;
  gc();
  const heap = performance.memory.usedJSHeapSize;
  const { busy, longest } = await hour(TICKS);
  await new Promise((next) => setTimeout(next, 500));
  gc();
  const survived = performance.memory.usedJSHeapSize - heap;
  await breath();
  return { busy, longest, survived, longTasks };
};
