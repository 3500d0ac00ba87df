import assert from 'node:assert/strict';
import { gesture, loaded, playedTo, recorded } from '../support/controls.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'It becomes known two seconds late who watches';

const at = (events, type, skip = 0) => events.filter((event) => event.type === type)[skip].wall;

export const play = async (stage) => {
  for (const as of ['promise', 'function']) {
    const page = await stage.open('late-actor', { as });
    await loaded(page);
    const since = (await stage.received()).xapi.length;
    await page.evaluate(() => void window.player.play());
    await playedTo(page, 0.6);
    const seek = await gesture(page, () => page.evaluate(() => void window.player.currentTime(4)));
    await playedTo(page, 4.5);
    await page.evaluate(() => window.player.pause());
    await page.waitFor(() => window.witness.now() > window.witness.events.find(({ type }) => type === 'play').mono + 2000);
    const early = { recorded: await page.evaluate(() => window.recorded.length), held: (await stage.received()).xapi.length - since };
    await page.evaluate(() => window.knowActor());
    await recorded(page, 'paused');
    const events = await page.evaluate(() => window.witness.events);
    await page.goto('about:blank');
    const received = await stage.arrived(as === 'promise' ? 1 : 2);
    const xapi = received.xapi.slice(since);

    await stage.check(`${as}: nothing is recorded before it is known for whom`, () => assert.deepEqual(early, { recorded: 0, held: 0 }));
    await stage.check(`${as}: nothing of before is lost`, () =>
      assert.deepEqual(types(withoutMilestones(xapi)), ['initialized', 'started', 'seeked', 'paused', 'terminated']),
    );
    await stage.check(`${as}: each has the time at which it happened`, () => {
      near(xapi.find(({ type }) => type === 'started').at, at(events, 'playing'), 'started, ms', 300);
      near(xapi.find(({ type }) => type === 'seeked').at, at(events, 'seeking'), 'seeked, ms', 300);
      near(xapi.find(({ type }) => type === 'paused').at, at(events, 'pause'), 'paused, ms', 300);
    });
    await stage.check(`${as}: and the place`, () => {
      const { from, to } = xapi.find(({ type }) => type === 'seeked');
      near(from, seek.from, 'from');
      near(to, seek.to, 'to');
    });
    if (as === 'function') await stage.checkRecord(received, { mayRepeat: true });
  }
  await stage.checkPages();
};
