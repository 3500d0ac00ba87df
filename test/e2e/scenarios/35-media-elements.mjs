import assert from 'node:assert/strict';
import { startAnnex } from '../support/annex.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Media elements without a player, by track() from the core';

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  try {
    const page = await stage.open('native', { origin: annex.url, home: annex.url });
    const recorded = (type, times = 1, id = 'lecture') => page.waitFor((...wanted) => window.tracked[wanted[0]].times(wanted[1]) >= wanted[2], { args: [id, type, times] });
    const click = async (id) => {
      const { x, y } = await page.evaluate((name) => document.getElementById(name).getBoundingClientRect(), id);
      await page.mouse.click(x + 5, y + 5);
    };
    const captions = (language) =>
      page.evaluate((wanted) => {
        for (const track of lecture.textTracks) if (track.kind === 'captions') track.mode = track.language === wanted ? 'showing' : 'disabled';
      }, language);

    await page.waitFor(() => window.isReady && [lecture, podcast, radio].every(({ readyState }) => readyState >= 3));
    await page.evaluate(() => {
      podcast.playbackRate = 4;
      for (const media of [lecture, podcast, radio]) void media.play();
    });
    await page.waitFor(() => lecture.currentTime > 0.7);
    const from = await page.evaluate(() => {
      const at = lecture.currentTime;
      lecture.currentTime = 15;
      return at;
    });
    await recorded('seeked');
    await captions('en');
    await recorded('captionsEnabled');
    await captions('fr');
    await recorded('captionsLanguageChanged');
    await captions();
    await recorded('captionsDisabled');
    await click('full');
    await recorded('fullscreenEntered');
    await page.evaluate(() => document.exitFullscreen());
    await recorded('fullscreenExited');
    await click('picture');
    await recorded('popoutOpened');
    await click('picture');
    await recorded('popoutClosed');
    await page.evaluate(async () => {
      for (const width of [600, 560, 500, 480]) {
        lecture.width = width;
        await new Promise(requestAnimationFrame);
      }
    });
    await recorded('sizeChanged');
    await page.evaluate(() => {
      lecture.volume = 0.5;
      lecture.volume = 0.3;
    });
    await recorded('volumeChanged');
    await page.evaluate(() => lecture.pause());
    await recorded('paused');
    await recorded('ended', 1, 'podcast');
    await page.waitFor(() => window.tracked.radio.analytics.progress.secondsPlayed > 4);
    const seen = await page.evaluate(() => {
      const [played, at] = [window.witness.played(), lecture.currentTime];
      for (const { analytics } of Object.values(window.tracked)) analytics.dispose();
      return { played, at, recorded: window.tracked.lecture.recorded };
    });

    const received = await stage.arrived(3);
    const of = (id) => received.xapi.filter(({ media }) => media.endsWith(`/${id}`));
    const described = ([{ document }]) => [document.object.definition.type, document.context.contextActivities?.category?.map(({ id }) => id) ?? []];
    await stage.check('<video>: each thing that happens is there once, and nothing else', () => {
      assert.deepEqual(seen.recorded.map(({ type }) => type).filter((type) => type !== 'progressed'), [
        'initialized', 'started', 'seeked', 'captionsEnabled', 'captionsLanguageChanged', 'captionsDisabled', 'fullscreenEntered', 'fullscreenExited',
        'popoutOpened', 'popoutClosed', 'sizeChanged', 'volumeChanged', 'paused', 'terminated',
      ]);
      const changed = (type) => seen.recorded.filter((event) => event.type === type).map((event) => [event.from, event.to]);
      assert.deepEqual(changed('captionsLanguageChanged'), [['en', 'fr']]);
      assert.deepEqual(changed('sizeChanged'), [[[640, 360], [480, 360]]]);
      assert.deepEqual(changed('volumeChanged'), [[1, 0.3]]);
      near(changed('seeked')[0][0], from, 'seeked, from', 0.1);
    });
    await stage.check('<video>: the segments are those that the element itself counts as played', () => {
      const { segments } = of('lecture').at(-1);
      assert.equal(segments.length, seen.played.length, JSON.stringify(segments));
      for (const [at, [begin, end]] of segments.entries()) {
        near(begin, seen.played[at][0], `segment ${at}, from`, 0.1);
        near(end, seen.played[at][1], `segment ${at}, to`, 0.1);
      }
    });
    await stage.check('<audio>: an audio object, which claims no Video Profile, watched to its end', () => {
      assert.deepEqual(types(withoutMilestones(of('podcast'))), ['initialized', 'started', 'completed', 'ended', 'terminated']);
      assert.equal(described(of('podcast'))[0], 'http://activitystrea.ms/schema/1.0/audio');
      assert.ok(!described(of('podcast'))[1].includes('https://w3id.org/xapi/video'));
      assert.deepEqual(of('podcast').at(-1).segments.map((segment) => segment.map(Math.round)), [[0, 12]]);
      const [event] = received.caliper.filter(({ media }) => media?.endsWith('/podcast'));
      assert.equal(event.document.object.type, 'AudioObject');
    });
    await stage.check('said to be live, it is: no length, no milestones in percent', () => {
      const radio = of('radio');
      assert.deepEqual(types(radio), ['initialized', 'started', 'paused', 'terminated']);
      for (const { length, fraction, type } of radio) assert.deepEqual([length, fraction || undefined], [undefined, undefined], type);
    });
    await stage.checkRecord(received);
    await stage.checkPages();
  } finally {
    await annex.stop();
  }
};
