import assert from 'node:assert/strict';
import { startAnnex } from '../support/annex.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

/** Longer than a gesture may that nobody holds. */
const linger = () => new Promise((resolve) => setTimeout(resolve, 400));

export const title = 'The browser’s own controls, whose bar pauses, and of which nobody is told that it is held';

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  try {
    const page = await stage.open('native', { origin: annex.url, home: annex.url });
    const recorded = (type, times = 1) => page.waitFor((...wanted) => window.tracked.lecture.times(wanted[0]) >= wanted[1], { args: [type, times] });
    await page.waitFor(() => window.isReady && lecture.readyState >= 3);
    const box = await page.evaluate(() => {
      const { x, y, width, height } = lecture.getBoundingClientRect();
      return { x, y, width, height };
    });
    /** Somewhere on Chromium's timeline. */
    const on = (share) => [box.x + 16 + (box.width - 32) * share, box.y + box.height - 18];
    const drag = async (first, ...rest) => {
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.move(...on(first));
      const from = await page.evaluate(() => lecture.currentTime);
      await page.mouse.down();
      let last = await page.waitFor((before) => Math.abs(lecture.currentTime - before) > 0.5 && !lecture.seeking && lecture.currentTime, { args: [from] });
      for (const share of rest) {
        await linger();
        await page.mouse.move(...on(share));
        last = await page.waitFor((before) => Math.abs(lecture.currentTime - before) > 0.5 && !lecture.seeking && lecture.currentTime, { args: [last] });
      }
      await linger();
      await page.mouse.up();
      return last;
    };
    await page.evaluate(() => void lecture.play());
    await page.waitFor(() => lecture.currentTime > 1);
    const first = await drag(0.3, 0.45, 0.6);
    await page.waitFor((to) => !lecture.paused && lecture.currentTime > to + 0.5, { args: [first] });
    await recorded('seeked');
    // Beyond the end, where it starts over once the bar is let go of; Chromium 150 only plays on there, and ends once more.
    await page.evaluate(() => {
      let plays = false;
      lecture.addEventListener('play', () => (plays = true));
      lecture.addEventListener('ended', () => plays && void lecture.play());
    });
    const end = await drag(0.4, 1.6);
    await recorded('restarted');
    await page.waitFor(() => !lecture.paused && lecture.currentTime > 0.5);
    await page.evaluate(() => lecture.pause());
    await recorded('paused');
    const second = await drag(0.2, 0.3);
    await recorded('seeked', 3);
    await page.goto('about:blank');

    const received = await stage.arrived();
    const session = withoutMilestones(received.xapi);
    await stage.check('a drag that rests is one seek, and no pause of the learner’s', () => {
      assert.deepEqual(types(session), ['initialized', 'started', 'seeked', 'seeked', 'ended', 'restarted', 'paused', 'seeked', 'terminated']);
      const seeks = session.filter(({ type }) => type === 'seeked');
      near(seeks[0].to, first, 'to, while it played');
      near(seeks[1].to, end, 'to, the end');
      near(seeks[2].to, second, 'to, while it was paused');
    });
    await stage.checkRecord(received, { mayRepeat: true });
    await stage.checkPages();
  } finally {
    await annex.stop();
  }
};
