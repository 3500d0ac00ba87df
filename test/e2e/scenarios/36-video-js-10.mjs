import assert from 'node:assert/strict';
import { startAnnex } from '../support/annex.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Video.js 10: its HLS element under its store, and an extension on a media adapter';

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  try {
    const page = await stage.open('video-js-10', { origin: annex.url, home: annex.url });
    const recorded = (type, times = 1, id = 'lecture') => page.waitFor((...wanted) => window.tracked[wanted[0]].times(wanted[1]) >= wanted[2], { args: [id, type, times] });
    const playedTo = (seconds) => page.waitFor((to) => !media.seeking && media.currentTime >= to, { args: [seconds] });

    await page.waitFor(() => window.isReady && media.readyState >= 3 && adapter.readyState >= 3, { timeout: 20_000 });
    await page.evaluate(() => {
      void store.play();
      void adapter.play();
    });
    await playedTo(0.7);
    await page.evaluate(() => void store.toggleSubtitles(true));
    await recorded('captionsEnabled');
    await page.evaluate(() => store.selectSubtitlesTrack(store.textTrackList.find(({ language }) => language === 'fr').id));
    await recorded('captionsLanguageChanged');
    await page.mouse.click(20, 18);
    await recorded('fullscreenEntered');
    await page.evaluate(() => void store.exitFullscreen());
    await recorded('fullscreenExited');
    const from = await page.evaluate(() => {
      const at = media.currentTime;
      store.selectVideoRendition([...media.videoRenditions].find(({ active }) => !active).id);
      void store.seek(35);
      return at;
    });
    await recorded('seeked');
    await recorded('resolutionChanged');
    await page.evaluate(() => store.setVolume(0.3));
    await recorded('volumeChanged');
    await page.evaluate(() => store.setPlaybackRate(2));
    await recorded('rateChanged');
    const paused = await page.evaluate(() => {
      store.pause();
      return media.currentTime;
    });
    await recorded('paused');
    await page.evaluate(() => {
      media.addEventListener('canplay', () => void store.play(), { once: true });
      media.src = `${location.origin}/hls/lecture.m3u8?again`;
    });
    await recorded('started', 2);
    await playedTo(0.5);
    const left = await page.evaluate(() => {
      window.tracked.lecture.analytics.dispose();
      return media.currentTime;
    });
    const removed = await page.evaluate(() => {
      window.remove();
      return adapter.currentTime;
    });

    const received = await stage.arrived(3);
    const of = (id) => received.xapi.filter(({ media }) => media.endsWith(`/${id}`));
    const lecture = of('lecture');
    const all = (type) => lecture.filter((entry) => entry.type === type);
    await stage.check('<hls-video>: what the learner does through the store is there, each thing once', async () => {
      const told = await page.evaluate(() => window.tracked.lecture.recorded.map(({ type, media }) => [type, media.id.split('/').at(-1)]));
      // Fullscreen is another size; setting the volume unmutes.
      const also = ['progressed', 'sizeChanged', 'unmuted'];
      assert.deepEqual(told.filter(([type, id]) => id === 'lecture' && !also.includes(type)).map(([type]) => type), [
        'initialized', 'started', 'captionsEnabled', 'captionsLanguageChanged', 'fullscreenEntered', 'fullscreenExited', 'seeked',
        'resolutionChanged', 'volumeChanged', 'rateChanged', 'paused', 'terminated',
      ]);
    });
    await stage.check('<hls-video>: from where to where, and who chose the rendition', () => {
      near(all('seeked')[0].from, from, 'seeked, from', 0.1);
      near(all('seeked')[0].to, 35, 'seeked, to', 0.1);
      const { extensions } = all('resolutionChanged')[0].document.result;
      assert.ok(JSON.stringify(extensions).includes('"learner"'), JSON.stringify(extensions));
      near(all('paused')[0].position, paused, 'paused', 0.1);
      const { segments } = lecture.at(-1);
      assert.equal(segments.length, 2, JSON.stringify(segments));
      near(segments[1][1], paused, 'the last segment’s end', 0.1);
    });
    await stage.check('<hls-video>: another source is another session of another media', () => {
      const again = of('lecture?again');
      assert.deepEqual(types(withoutMilestones(again)).filter((type) => type !== 'rateChanged'), ['initialized', 'started', 'paused', 'terminated']);
      near(again.at(-1).position, left, 'terminated', 0.3);
    });
    await stage.check('an extension records from when it is attached until it is removed', () => {
      const plain = of('plain');
      assert.deepEqual(types(withoutMilestones(plain)).slice(0, 2), ['initialized', 'started']);
      assert.equal(plain.at(-1).type, 'terminated');
      near(plain.at(-1).position, removed, 'terminated', 0.3);
      near(plain.at(-1).segments[0][1], removed, 'the segment’s end', 0.3);
      assert.equal(plain[0].document.context.extensions['https://w3id.org/xapi/video/extensions/screen-size'] !== undefined, true);
    });
    await stage.checkRecord(received);
    await stage.checkPages();
  } finally {
    await annex.stop();
  }
};
