import assert from 'node:assert/strict';
// For what it adds to the table of both standards.
import '../support/annex.mjs';
import { click, gesture, loaded, playedTo, recorded } from '../support/controls.mjs';
import { near } from '../support/stage.mjs';

export const title = 'Every control of Video.js, and what only looks like one';

const show = (page, kind, language) =>
  page.evaluate(
    (...wanted) => {
      for (const track of Array.from(window.player.textTracks())) if (track.kind === wanted[0]) track.mode = track.language === wanted[1] ? 'showing' : 'disabled';
    },
    kind,
    language,
  );

export const play = async (stage) => {
  const page = await stage.open('views');
  await loaded(page);
  const seen = {};

  await page.evaluate(() => window.player.el().focus());
  await page.keyboard.press('k');
  await playedTo(page, 0.7);
  await show(page, 'chapters', 'en');
  await show(page, 'metadata', 'de');
  seen.forward = await gesture(page, () => click(page, '.vjs-skip-forward-10'));
  await recorded(page, 'seeked');
  seen.backward = await gesture(page, () => click(page, '.vjs-skip-backward-5'));
  await recorded(page, 'seeked', 2);
  seen.script = await gesture(page, () => page.evaluate(() => void window.player.currentTime(2)));
  await recorded(page, 'seeked', 3);
  seen.enter = await gesture(page, async () => {
    await page.evaluate(() => document.querySelector('.vjs-skip-forward-10').focus());
    await page.keyboard.press('Enter');
  });
  await recorded(page, 'seeked', 4);

  await show(page, 'captions', 'en');
  await recorded(page, 'captionsEnabled');
  // A player’s menu does both at once.
  await show(page, 'subtitles', 'fr');
  await show(page, 'captions');
  await recorded(page, 'captionsLanguageChanged');
  await show(page, 'subtitles');
  await recorded(page, 'captionsDisabled');

  await click(page, '.vjs-playback-rate');
  await page.evaluate(() => document.querySelector('.vjs-playback-rate .vjs-menu-item:last-child').click());
  await recorded(page, 'rateChanged');
  await page.evaluate(() => window.player.el().focus());
  await page.keyboard.press('m');
  await recorded(page, 'unmuted');
  await page.keyboard.press('f');
  await recorded(page, 'fullscreenEntered');
  await page.keyboard.press('f');
  await recorded(page, 'fullscreenExited');
  await recorded(page, 'sizeChanged', 2);
  await page.evaluate(() => window.player.enterFullWindow());
  await recorded(page, 'fullscreenEntered', 2);
  await recorded(page, 'sizeChanged', 3);
  await page.evaluate(() => window.player.exitFullWindow());
  await recorded(page, 'fullscreenExited', 2);
  await recorded(page, 'sizeChanged', 4);
  await click(page, '.vjs-picture-in-picture-control');
  await recorded(page, 'popoutOpened');
  await click(page, '.vjs-picture-in-picture-control');
  await recorded(page, 'popoutClosed');
  await page.evaluate(async () => {
    for (const width of [780, 740, 700, 660, 640]) {
      document.getElementById('frame').style.width = `${width}px`;
      await new Promise(requestAnimationFrame);
    }
  });
  await recorded(page, 'sizeChanged', 5);
  await page.evaluate(() => window.player.dispose());

  const events = await page.evaluate(() => window.recorded);
  const all = (type) => events.filter((event) => event.type === type);
  await stage.check('each is one event, and nothing else is there', () =>
    assert.deepEqual(events.map(({ type }) => type).filter((type) => !['progressed', 'sizeChanged'].includes(type)), [
      'initialized', 'started', 'seeked', 'seeked', 'seeked', 'seeked', 'captionsEnabled', 'captionsLanguageChanged', 'captionsDisabled', 'rateChanged',
      'unmuted', 'fullscreenEntered', 'fullscreenExited', 'fullscreenEntered', 'fullscreenExited', 'popoutOpened', 'popoutClosed', 'paused', 'terminated',
    ]),
  );
  await stage.check('the skip buttons are told from other seeks, by mouse and by key', () => {
    assert.deepEqual(all('seeked').map(({ by }) => by), ['skip-forward', 'skip-backward', undefined, 'skip-forward']);
    for (const [at, name] of ['forward', 'backward', 'script', 'enter'].entries()) {
      near(all('seeked')[at].from, seen[name].from, `from, ${name}`);
      near(all('seeked')[at].to, seen[name].to, `to, ${name}`);
    }
  });
  await stage.check('captions: by the track that shows, whatever its kind; chapters and data are none', () => {
    assert.deepEqual(all('captionsLanguageChanged').map(({ from, to }) => [from, to]), [['en', 'fr']]);
    assert.deepEqual([all('captionsEnabled')[0].language, all('captionsDisabled')[0].language], ['en', 'fr']);
    assert.deepEqual(events.filter(({ player }) => player.captions === 'de'), []);
  });
  await stage.check('a size that is dragged settles to one change', () => {
    const sizes = all('sizeChanged').map(({ from, to }) => [from[0], to[0]]);
    assert.equal(sizes.length, 5, JSON.stringify(sizes));
    assert.deepEqual(sizes.at(-1), [800, 640]);
    for (const [at, [from]] of sizes.slice(1).entries()) assert.equal(from, sizes[at][1], 'each goes on from the one before');
  });
  await stage.check('what an event says of the player is what the player was', () => {
    assert.deepEqual(all('fullscreenEntered').map(({ player }) => player.fullscreen), [true, true]);
    assert.deepEqual(all('popoutOpened').map(({ player }) => [player.popout, player.fullscreen]), [[true, false]]);
    assert.deepEqual(all('rateChanged').map(({ from, to, player }) => [from, to, player.rate]), [[1, 0.25, 0.25]]);
  });
  const received = await stage.arrived();
  const forward = all('seeked').filter(({ by }) => by === 'skip-forward').map(({ id }) => id);
  await stage.check('Caliper has a word of its own for a skip forward', () =>
    assert.deepEqual(received.caliper.filter(({ action }) => action === 'ForwardedTo').map(({ id }) => id), forward),
  );
  const caliper = received.caliper.map((event) => (forward.includes(event.id) ? { ...event, action: 'JumpedTo' } : event));
  await stage.checkRecord({ ...received, caliper });
  await stage.checkPages();
};
