import assert from 'node:assert/strict';
import { chooseCaptions, click, clickSeekBar, dragSeekBar, dragVolume, gesture, loaded, playedTo, recorded } from '../support/controls.mjs';
import { milestones, near, types, union, withoutMilestones } from '../support/stage.mjs';

export const title = 'A learner watches a lecture, through the portal’s proxy and with nothing but a cookie';

const position = (page) => page.evaluate(() => window.player.currentTime());

export const play = async (stage) => {
  const page = await stage.open('player', { media: 'lecture.mp4', options: { queue: {} } });
  await loaded(page);
  const seen = {};

  await click(page, '.vjs-big-play-button');
  await playedTo(page, 2.5);
  await page.keyboard.press('k');
  await recorded(page, 'paused');
  seen.paused = await position(page);
  await click(page, '.vjs-play-control');
  await playedTo(page, 3.5);

  seen.click = await gesture(page, () => clickSeekBar(page, 10));
  await recorded(page, 'seeked');
  await playedTo(page, 11.5);
  seen.key = await gesture(page, async () => {
    await page.evaluate(() => document.querySelector('.vjs-progress-holder').focus());
    await page.keyboard.press('ArrowRight');
  });
  await recorded(page, 'seeked', 2);
  await playedTo(page, 17);
  seen.api = await gesture(page, () => page.evaluate(() => void window.player.currentTime(3.2)));
  await recorded(page, 'seeked', 3);
  await playedTo(page, 3.7);
  seen.drag = await gesture(page, () => dragSeekBar(page, [20, 14, 8, 3]));
  await recorded(page, 'seeked', 4);

  // The player stands still meanwhile, so that a slow machine has its time.
  await page.keyboard.press('k');
  await recorded(page, 'paused', 2);
  await dragVolume(page, 0.3);
  await recorded(page, 'volumeChanged');
  seen.volume = await page.evaluate(() => window.player.volume());
  await click(page, '.vjs-mute-control');
  await recorded(page, 'muted');
  await chooseCaptions(page, 'English');
  await recorded(page, 'captionsEnabled');
  await chooseCaptions(page, 'Français');
  await recorded(page, 'captionsLanguageChanged');
  await chooseCaptions(page, 'off');
  await recorded(page, 'captionsDisabled');
  await click(page, '.vjs-fullscreen-control');
  await recorded(page, 'fullscreenEntered');
  await page.keyboard.press('f');
  await recorded(page, 'fullscreenExited');
  await click(page, '.vjs-play-control');
  await recorded(page, 'resumed', 2);

  // The rest passes at twice the speed.
  await page.evaluate(() => void window.player.playbackRate(2));
  await recorded(page, 'rateChanged');
  await recorded(page, 'ended', 1);
  await click(page, '.vjs-play-control');
  await recorded(page, 'restarted');
  await playedTo(page, 1);
  await click(page, '.vjs-play-control');
  await recorded(page, 'paused', 3);
  seen.end = await position(page);
  seen.played = await page.evaluate(() => window.witness.played());
  seen.length = await page.evaluate(() => window.player.duration());
  await page.goto('about:blank');

  const received = await stage.arrived();
  const { xapi, caliper } = received;
  const all = (type) => xapi.filter((entry) => entry.type === type);
  const [one] = xapi;

  await stage.check('exactly this was recorded, in this order', () =>
    assert.deepEqual(types(withoutMilestones(xapi)), [
      'initialized', 'started', 'paused', 'resumed', 'seeked', 'seeked', 'seeked', 'seeked', 'paused', 'volumeChanged',
      'muted', 'captionsEnabled', 'captionsLanguageChanged', 'captionsDisabled', 'fullscreenEntered', 'fullscreenExited', 'resumed',
      'rateChanged', 'completed', 'ended', 'restarted', 'paused', 'terminated',
    ]),
  );
  await stage.check('each gesture is one seek, from where the learner was to where the learner went', () => {
    const seeks = all('seeked');
    assert.equal(seeks.length, 4);
    assert.ok(seen.drag.seeks > 1, 'the drag was to make the player seek more than once');
    for (const [at, name] of ['click', 'key', 'api', 'drag'].entries()) {
      near(seeks[at].from, seen[name].from, `from, by ${name}`);
      near(seeks[at].to, seen[name].to, `to, by ${name}`);
    }
  });
  await stage.check('the key moved on by the player’s five seconds', () => near(all('seeked')[1].to - all('seeked')[1].from, 5, 'the way'));
  await stage.check('it paused and started where the player did', () => {
    near(all('started')[0].position, 0, 'started');
    near(all('paused')[0].position, seen.paused, 'paused');
    near(all('resumed')[0].position, seen.paused, 'resumed');
    near(all('ended')[0].position, seen.length, 'ended', 0.05);
    near(all('restarted')[0].position, 0, 'restarted');
    near(all('paused')[2].position, seen.end, 'paused at last');
    near(all('terminated')[0].position, seen.end, 'terminated');
  });
  await stage.check('rate, volume and captions say from what to what', () => {
    assert.deepEqual([all('rateChanged')[0].from, all('rateChanged')[0].to], [1, 2]);
    near(all('volumeChanged')[0].from, 1, 'volume from', 0.01);
    near(all('volumeChanged')[0].to, seen.volume, 'volume to', 0.01);
    assert.deepEqual([all('captionsLanguageChanged')[0].from, all('captionsLanguageChanged')[0].to], ['en', 'fr']);
  });
  await stage.check('the segments are those that the media element itself counts as played', () => {
    const told = union(one && xapi.at(-1).segments);
    assert.equal(told.length, seen.played.length, `${JSON.stringify(told)} for ${JSON.stringify(seen.played)}`);
    for (const [at, [from, to]] of told.entries()) {
      near(from, seen.played[at][0], `segment ${at}, from`);
      near(to, seen.played[at][1], `segment ${at}, to`);
    }
  });
  await stage.check('each milestone came once, and none too early', () => {
    assert.deepEqual(milestones(xapi), [0, 25, 50, 75, 100]);
    for (const { milestone, fraction } of all('progressed')) assert.ok(fraction * 100 >= milestone - 0.1, `${milestone} % at ${fraction}`);
  });
  await stage.check('it was completed once, when enough of it had been watched', () => {
    assert.equal(all('completed').length, 1);
    assert.ok(all('completed')[0].fraction >= 0.95, `at ${all('completed')[0].fraction}`);
  });
  await stage.check('session and registration are one throughout', () => {
    assert.deepEqual([...new Set(xapi.map(({ registration }) => registration))], [stage.registration]);
    assert.deepEqual([...new Set(xapi.map(({ session }) => session))], [one.id]);
    assert.deepEqual([...new Set(caliper.map(({ session }) => session))], [one.id]);
  });
  await stage.checkRecord(received);
  await stage.checkPages();
};
