// What a page sees by itself, without the plugin: the media clock at each frame, and the media's own events.
window.witness = (() => {
  const frames = [];
  const events = [];
  const types = 'play playing pause seeking seeked ended ratechange volumechange loadedmetadata emptied waiting'.split(' ');

  for (const type of types) {
    document.addEventListener(
      type,
      ({ target }) => events.push({ type, wall: Date.now(), mono: performance.now(), position: target.currentTime, paused: target.paused }),
      true,
    );
  }

  /** What the element itself says was played. */
  const played = () => {
    const ranges = document.querySelector('video')?.played ?? [];
    return Array.from({ length: ranges.length }, (_, at) => [ranges.start(at), ranges.end(at)]);
  };

  const former = JSON.parse(localStorage.getItem('witness'));
  localStorage.removeItem('witness');
  // For the next page: where this one was left.
  addEventListener('pagehide', () => {
    const video = document.querySelector('video');
    if (video) localStorage.setItem('witness', JSON.stringify({ at: video.currentTime, played: played() }));
  });

  const look = () => {
    const video = document.querySelector('video');
    if (video) frames.push({ wall: Date.now(), mono: performance.now(), position: video.currentTime, paused: video.paused, seeking: video.seeking });
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  return {
    frames,
    events,
    now: () => performance.now(),
    /** Where the last gesture since a moment came from and went to, and how many seeks it took. */
    gesture(since) {
      const seeking = events.filter(({ type, mono }) => type === 'seeking' && mono >= since);
      const seeked = events.filter(({ type, mono }) => type === 'seeked' && mono >= since);
      const from = frames.filter((frame) => frame.mono <= seeking[0].mono && !frame.seeking).at(-1).position;
      return { from, to: seeked.at(-1).position, seeks: seeking.length };
    },
    played,
    /** Where the last page was left. */
    left: () => former,
  };
})();
