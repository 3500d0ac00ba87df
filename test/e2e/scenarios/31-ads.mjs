import assert from 'node:assert/strict';
import { startAnnex } from '../support/annex.mjs';
import { milestones, near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Advertisements (videojs-contrib-ads) before, within and after the lecture';

const NAMES = ['before', 'after', 'early', 'counted', 'counted-after', 'again', 'leaving'];

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  try {
    const page = await stage.open('empty', { origin: annex.url });
    // Each in a frame of its own: two players of a page would share contrib-ads’ timer, and seek for each other.
    await page.evaluate((frames) => {
      for (const [name, src] of frames) {
        const frame = Object.assign(document.createElement('iframe'), { name, src, width: 340, height: 200 });
        frame.allow = 'autoplay';
        document.body.append(frame);
      }
    }, NAMES.map((name) => [name, stage.address('ads', { origin: annex.url, home: annex.url, name })]));
    await page.waitFor((names) => names.every((name) => window[name].player?.readyState() >= 3), { args: [NAMES] });
    await page.evaluate((names) => names.forEach((name) => {
      if (name !== 'leaving') window[name].player.playbackRate(2);
      void window[name].player.play();
    }), NAMES);
    await page.waitFor(() => window.leaving.mine.adAt === 'midroll', { timeout: 20_000 });
    const midrollAt = await page.evaluate(() => {
      window.leaving.player.dispose();
      return window.leaving.mine.midrollAt;
    });
    const others = NAMES.filter((name) => name !== 'leaving');
    await page.waitFor((names) => names.every((name) => window[name].mine.isOver), { args: [others], timeout: 30_000 });
    const seen = await page.evaluate((names) => names.map((name) => [name, window[name].mine.breaks, window[name].mine.wasReady, window[name].mine.leftAt]), others);
    await page.evaluate(() => {
      const { player } = window.again;
      // Put back to its end while it is paused, it has not ended for some versions of Chromium: there the first play does only that.
      player.one('ended', () => void player.play());
      void player.play();
    });
    await page.waitFor(() => window.again.player.currentTime() > 2 && window.again.player.currentTime() < 7);
    const pausedAt = await page.evaluate(() => {
      window.again.player.pause();
      return window.again.player.currentTime();
    });
    // The frames are pages of their own: what one sends as its player goes would overtake what another is sending just then.
    await page.evaluate(async (names) => {
      await Promise.all(names.map((name) => window[name].player.learningAnalytics().flush()));
      for (const name of names) window[name].player.dispose();
    }, others);

    const of = ({ xapi }, name) => xapi.filter(({ media }) => media.includes(`/${name}/`));
    const received = await stage.arrived(10);

    await stage.check('one of them began before anything was known of the lecture', () => assert.deepEqual([seen[2][0], seen[2][2]], ['early', 0]));
    for (const [order, breaks] of seen.slice(0, 3)) {
      const events = of(received, order);
      const all = (type) => events.filter((entry) => entry.type === type);
      await stage.check(`set up ${order}, with advertisements: nothing of them is there, and the session is one`, () => {
        assert.deepEqual(breaks, ['preroll', 'midroll', 'postroll']);
        assert.deepEqual(types(withoutMilestones(events)), ['initialized', 'started', 'completed', 'ended', 'terminated']);
        assert.deepEqual([...new Set(events.map(({ media, length }) => `${media.split('/').at(-1)} ${length}`))], ['short.mp4 8']);
        near(all('started')[0].position, 0, 'started', 0.1);
        near(all('ended')[0].position, 8, 'ended', 0.05);
        near(events.at(-1).position, 8, 'terminated', 0.05);
      });
      await stage.check(`set up ${order}, with advertisements: what is watched is the lecture, from beginning to end and nothing more`, () => {
        const { segments } = events.at(-1);
        assert.equal(segments.length, 1, JSON.stringify(segments));
        near(segments[0][0], 0, 'from', 0.1);
        near(segments[0][1], 8, 'to', 0.05);
        assert.deepEqual(milestones(events).slice(0, 4), [0, 25, 50, 75]);
      });
    }
    await stage.check('played again after the last of them: as if there had been none', () => {
      const events = withoutMilestones(of(received, 'again'));
      assert.deepEqual(types(events), ['initialized', 'started', 'completed', 'ended', 'restarted', 'paused', 'terminated']);
      near(events.at(-3).position, 0, 'restarted', 0.1);
      near(events.at(-2).position, pausedAt, 'paused', 0.1);
      near(events.at(-1).segments[1][0], 0, 'from', 0.1);
      near(events.at(-1).segments[1][1], pausedAt, 'to', 0.1);
    });
    await stage.check('gone in the midst of one: the session is closed where the lecture stood', () => {
      const events = of(received, 'leaving');
      assert.deepEqual(types(withoutMilestones(events)), ['initialized', 'started', 'paused', 'terminated']);
      assert.equal(events.at(-2).reason, 'leaving');
      near(events.at(-1).position, midrollAt, 'terminated', 0.1);
      near(events.at(-1).segments[0][1], midrollAt, 'the segment’s end', 0.1);
    });
    for (const name of ['counted', 'counted-after']) {
      await stage.check(`skipAds: false: each advertisement counts like anything else, and for itself (${name})`, () => {
        const [, , , leftAt] = seen.find(([one]) => one === name);
        for (const kind of ['preroll', 'midroll', 'postroll']) {
          const events = received.xapi.filter(({ media }) => media.endsWith(`/${name}/lecture.mp4?${kind}`));
          assert.deepEqual(types(withoutMilestones(events)).filter((type) => type !== 'volumeChanged'), ['initialized', 'started', 'paused', 'terminated'], kind);
          const [first, last] = leftAt[kind];
          near(events.at(-1).segments[0][1], (first + last) / 2, `${kind}, the segment’s end`, (last - first) / 2 + 0.15);
        }
        const lengths = received.xapi.filter(({ media }) => media.endsWith(`/${name}/short.mp4`)).map(({ length }) => length);
        assert.deepEqual([...new Set(lengths)], [8]);
      });
    }
    // What is sent as a player goes, another may be sending just then.
    await stage.checkRecord(received, { mayRepeat: true });
    await stage.checkPages();
  } finally {
    await annex.stop();
  }
};
