import assert from 'node:assert/strict';
import { loaded, playedTo, recorded } from '../support/controls.mjs';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'All the ways to set it up, and to end it';

const start = async (page, seconds = 0.8) => {
  await page.waitFor(() => window.analytics);
  await loaded(page);
  await page.evaluate(() => void window.player.play());
  await playedTo(page, seconds);
};

const last = ({ xapi }) => xapi.filter(({ session }) => session === xapi.at(-1).session);

export const play = async (stage) => {
  const page = await stage.open('plugins-option');
  await start(page);
  const option = await page.evaluate(() => ({
    same: window.player.learningAnalytics() === window.analytics && window.player.learningAnalytics({ actor: 'anonymous' }) === window.analytics,
  }));
  option.at = await page.evaluate(() => {
    const at = window.player.currentTime();
    window.player.dispose();
    return at;
  });
  const one = await stage.arrived(1);
  await stage.check('plugins: option: what is played is recorded', () =>
    assert.deepEqual(types(withoutMilestones(one.xapi)), ['initialized', 'started', 'paused', 'terminated']),
  );
  await stage.check('called again, it gives the instance that is there', () => assert.equal(option.same, true));
  await stage.check('player.dispose() while it plays: the session ends there and is sent', () => {
    const [, , paused, terminated] = withoutMilestones(one.xapi);
    assert.equal(paused.reason, 'leaving');
    near(terminated.position, option.at, 'terminated');
  });
  const after = await page.evaluate(async () => {
    window.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new PageTransitionEvent('pagehide'));
    await new Promise((resolve) => { setTimeout(resolve, 400); });
    return window.recorded.length;
  });
  await stage.check('a disposed one hears nothing more', () => assert.equal(after, one.xapi.length));

  await page.goto(stage.address('data-setup'));
  await start(page);
  await page.goto('about:blank');
  const two = await stage.arrived(2);
  await stage.check('data-setup: what is played is recorded', () =>
    assert.deepEqual(types(withoutMilestones(last(two))), ['initialized', 'started', 'paused', 'terminated']),
  );

  await page.goto(stage.address('player'));
  await start(page);
  const plugin = await page.evaluate(() => {
    const heard = [];
    window.analytics.on('record', ({ detail }) => heard.push(`plugin ${detail.type}`));
    window.player.on('learninganalytics:record', ({ detail }) => heard.push(`player ${detail.type}`));
    window.analytics.dispose();
    return { heard, playing: !window.player.paused(), recorded: window.recorded.length };
  });
  await playedTo(page, 1.5);
  const silent = await page.evaluate(() => window.recorded.length);
  const three = await stage.arrived(3);
  await stage.check('the plugin alone disposed: the session ends, and the player plays on', () => {
    assert.equal(plugin.playing, true);
    assert.equal(silent, plugin.recorded);
    assert.deepEqual(types(withoutMilestones(last(three))), ['initialized', 'started', 'paused', 'terminated']);
  });
  await stage.check('its events are triggered on plugin and player', () =>
    assert.deepEqual(plugin.heard, ['plugin paused', 'player paused', 'plugin terminated', 'player terminated']),
  );

  const again = await page.evaluate(() => {
    window.show(window.player, window.player.learningAnalytics(window.optionsOf()));
    return window.player.currentTime();
  });
  await recorded(page, 'started', 2);
  await page.evaluate(() => window.player.dispose());
  const received = await stage.arrived(4);
  await stage.check('set up again in the middle of playing, it begins there', () => {
    const session = withoutMilestones(last(received));
    assert.deepEqual(types(session), ['initialized', 'started', 'paused', 'terminated']);
    near(session[1].position, again, 'started', 0.6);
    const [from] = session.at(-1).segments.at(-1);
    near(from, session[1].position, 'the segment’s beginning');
  });
  await stage.checkRecord(received, { mayRepeat: true });
  await stage.checkPages();
};
