// A learner's hands: real mouse and keyboard on Video.js's own controls.

const boxOf = (page, selector) =>
  page.evaluate((found) => {
    const { x, y, width, height } = document.querySelector(found).getBoundingClientRect();
    return { x, y, width, height };
  }, selector);

/** The controls hide while nobody moves, and take no clicks then. */
const showControls = async (page) => {
  const { x, y, width, height } = await boxOf(page, '.video-js');
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await page.mouse.move(x + width / 2 + attempt, y + height / 3);
    await page.mouse.move(x + width / 2 + attempt + 5, y + height / 3);
    const isActive = await page.waitFor(() => !document.querySelector('.vjs-user-inactive'), { timeout: 1500 }).catch(() => false);
    if (isActive) return;
  }
  throw new Error('The controls do not show.');
};

export const click = async (page, selector) => {
  await showControls(page);
  const { x, y, width, height } = await boxOf(page, selector);
  await page.mouse.click(x + width / 2, y + height / 2);
};

/** Where on the seek bar a moment of the media lies. */
const pointOf = async (page, seconds) => {
  const { x, y, width, height } = await boxOf(page, '.vjs-progress-holder');
  const length = await page.evaluate(() => window.player.duration());
  return [x + (width * seconds) / length, y + height / 2];
};

/** A seek is over when the media stands still no more. */
const settled = (page, since) =>
  page.waitFor(
    (from) => window.witness.events.some(({ type, mono }) => type === 'seeked' && mono >= from) && !window.player.seeking() && !window.player.scrubbing(),
    { args: [since] },
  );

/** Whatever leads to a seek; answers with what the page itself saw of it. */
export const gesture = async (page, act) => {
  const since = await page.evaluate(() => window.witness.now());
  await act();
  await settled(page, since);
  return page.evaluate((from) => window.witness.gesture(from), since);
};

export const clickSeekBar = async (page, seconds) => {
  await showControls(page);
  await page.mouse.click(...(await pointOf(page, seconds)));
};

/** Takes hold of the seek bar and lets go at the last of the places, resting long enough at each for the player to seek there. */
export const dragSeekBar = async (page, places) => {
  await showControls(page);
  const [first, ...rest] = await Promise.all(places.map((seconds) => pointOf(page, seconds)));
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const [at, [x, y]] of rest.entries()) {
    await page.mouse.move(x, y);
    await page.waitFor((to) => Math.abs(window.player.currentTime() - to) < 0.5 && !window.player.seeking(), { args: [places[at + 1]] });
  }
  await page.mouse.up();
};

/** Drags the volume bar from where it is to a fraction 0–1, in steps as a hand does. */
export const dragVolume = async (page, volume) => {
  await showControls(page);
  const button = await boxOf(page, '.vjs-mute-control');
  await page.mouse.move(button.x + button.width / 2, button.y + button.height / 2);
  // The bar grows out of the button.
  await page.waitFor(() => {
    const { width } = document.querySelector('.vjs-volume-bar').getBoundingClientRect();
    const still = width > 40 && width === window.lastWidth;
    window.lastWidth = width;
    return still;
  });
  const { x, y, width, height } = await boxOf(page, '.vjs-volume-bar');
  const now = await page.evaluate(() => window.player.volume());
  await page.mouse.move(x + width * now - 2, y + height / 2);
  // Without a rest in between: a hand that stops for a quarter of a second has made another gesture.
  await Promise.all([page.mouse.down(), ...Array.from({ length: 8 }, (_, step) => page.mouse.move(x + width * (now + ((volume - now) * (step + 1)) / 8), y + height / 2))]);
  await page.mouse.up();
};

const isMenuOpen = () => Boolean(document.querySelector('.vjs-subs-caps-button .vjs-menu.vjs-lock-showing'));

/** The middle of a captions item that a click would reach now. */
const itemPoint = (label) => {
  const item = [...document.querySelectorAll('.vjs-subs-caps-button .vjs-menu-item')].find(({ textContent }) => textContent.includes(label));
  const { x, y, width, height } = item.getBoundingClientRect();
  const point = { x: x + width / 2, y: y + height / 2 };
  return item.contains(document.elementFromPoint(point.x, point.y)) && point;
};

const isChosen = (label) =>
  [...document.querySelectorAll('.vjs-subs-caps-button .vjs-selected')].some(({ textContent }) => textContent.includes(label));

/** Chooses captions out of the menu by their label. On a slow machine controls may hide between two clicks; then once more. */
export const chooseCaptions = async (page, label) => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (!(await page.evaluate(isMenuOpen))) await click(page, '.vjs-subs-caps-button');
      const { x, y } = await page.waitFor(itemPoint, { args: [label], timeout: 1500 });
      await page.mouse.click(x, y);
      return await page.waitFor(isChosen, { args: [label], timeout: 1500 });
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
};

export const playedTo = (page, seconds) => page.waitFor((to) => window.player.currentTime() >= to && !window.player.seeking(), { args: [seconds] });

/** Pauses by the page's own hand at the first `timeupdate` there: on a slow machine the media may be over before another's hand gets to it. */
export const pausedAt = async (page, seconds) => {
  await page.evaluate((to) => {
    const act = () => {
      if (window.player.currentTime() < to || window.player.seeking()) return;
      window.player.off('timeupdate', act);
      window.player.pause();
    };
    window.player.on('timeupdate', act);
  }, seconds);
  await recorded(page, 'paused');
};

export const recorded = (page, type, times = 1) => page.waitFor((wanted, least) => window.times(wanted) >= least, { args: [type, times] });

/** The media is there, so that a network that goes takes nothing of it away. */
export const loaded = (page) =>
  page.waitFor(() => {
    const { buffered } = document.querySelector('video');
    return window.player.readyState() >= 3 && buffered.length === 1 && buffered.end(0) >= window.player.duration() - 0.1;
  });
