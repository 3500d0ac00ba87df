import assert from 'node:assert/strict';
import { startAnnex } from '../support/annex.mjs';
import { near } from '../support/stage.mjs';

/** Longer than a gesture may that nobody holds. */
const linger = () => new Promise((resolve) => setTimeout(resolve, 400));

export const title = 'media-chrome around a native video and around a custom media element, in a shadow root';

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  try {
    const page = await stage.open('media-chrome', { origin: annex.url, home: annex.url });
    await page.waitFor(() => window.tracked?.['my-video']?.media.readyState >= 3 && window.tracked.video.media.readyState >= 3);

    for (const name of ['video', 'my-video']) {
      const ask = (fn, ...args) => page.evaluate(fn, name, ...args);
      const recorded = (type, times = 1) => page.waitFor((...wanted) => window.tracked[wanted[0]].times(wanted[1]) >= wanted[2], { args: [name, type, times] });
      const playedTo = (seconds) => page.waitFor((it, to) => !window.tracked[it].media.seeking && window.tracked[it].media.currentTime >= to, { args: [name, seconds] });
      const click = async (control, along = 0.5) => {
        const box = await ask((it, selector) => window.tracked[it].find(selector), control);
        await page.mouse.click(box.x + box.width * along, box.y + box.height / 2);
      };

      await ask((it) => window.tracked[it].media.scrollIntoView());
      await click('media-play-button');
      await playedTo(0.5);
      // The button counts from what the media told last: an old word is an old place.
      await ask((it) => new Promise((resolve) => { window.tracked[it].media.addEventListener('timeupdate', () => resolve(), { once: true }); }));
      await click('media-seek-forward-button');
      await recorded('seeked');
      // Its bar seeks at each move.
      const bar = await ask((it) => window.tracked[it].find('media-time-range'));
      await page.mouse.move(bar.x + bar.width * 0.3, bar.y + bar.height / 2);
      await page.mouse.down();
      for (const along of [0.4, 0.5]) {
        await linger();
        await page.mouse.move(bar.x + bar.width * along, bar.y + bar.height / 2);
      }
      await linger();
      await page.mouse.up();
      await recorded('seeked', 2);
      await click('media-captions-button');
      await recorded('captionsEnabled');
      await click('media-playback-rate-button');
      await recorded('rateChanged');
      await click('media-fullscreen-button');
      await recorded('fullscreenEntered');
      await page.evaluate(() => document.exitFullscreen());
      await recorded('fullscreenExited');
      await click('media-pip-button');
      await recorded('popoutOpened');
      await click('media-pip-button');
      await recorded('popoutClosed');
      await click('media-mute-button');
      await recorded('unmuted');
      await click('media-play-button');
      await recorded('paused');
      const seen = await ask((it) => {
        const { media, analytics, recorded } = window.tracked[it];
        analytics.dispose();
        return { at: media.currentTime, played: Array.from({ length: media.played.length }, (_, at) => [media.played.start(at), media.played.end(at)]), recorded };
      });
      await stage.check(`<${name}>: each thing that the learner does is there once`, () => {
        const also = ['progressed', 'sizeChanged'];
        assert.deepEqual(seen.recorded.map(({ type }) => type).filter((type) => !also.includes(type)), [
          'initialized', 'started', 'seeked', 'seeked', 'captionsEnabled', 'rateChanged', 'fullscreenEntered', 'fullscreenExited',
          'popoutOpened', 'popoutClosed', 'unmuted', 'paused', 'terminated',
        ]);
        const [forward] = seen.recorded.filter(({ type }) => type === 'seeked');
        near(forward.to - forward.from, 5, 'five seconds forward', 0.3);
        assert.deepEqual(seen.recorded[0].player.size, [560, 315]);
      });
      await stage.check(`<${name}>: the segments are those that the element itself counts as played`, () => {
        const { segments } = seen.recorded.at(-1).progress;
        assert.equal(segments.length, seen.played.length, JSON.stringify(segments));
        for (const [at, [begin, end]] of segments.entries()) {
          near(begin, seen.played[at][0], `segment ${at}, from`, 0.15);
          near(end, seen.played[at][1], `segment ${at}, to`, 0.15);
        }
      });
    }
    await stage.checkRecord(await stage.arrived(2));
    await stage.checkPages();
  } finally {
    await annex.stop();
  }
};
