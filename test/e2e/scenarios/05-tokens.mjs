import assert from 'node:assert/strict';
import { loaded, playedTo, recorded } from '../support/controls.mjs';
import { types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Endpoints on another origin, with a token that runs out';

export const play = async (stage) => {
  const page = await stage.open('token', { origin: stage.demo.crossUrl });
  await loaded(page);
  await page.evaluate(() => void window.player.play());
  await stage.collect(({ xapi }) => xapi.some(({ type }) => type === 'started'));
  await playedTo(page, 2.2);
  await page.evaluate(() => window.player.pause());
  await recorded(page, 'paused');
  await stage.collect(({ xapi }) => xapi.some(({ type }) => type === 'paused'));
  const asked = await page.evaluate(() => window.asked);
  const origin = await page.evaluate(() => location.origin);
  await page.evaluate(() => window.player.dispose());
  const received = await stage.arrived();
  const { requests } = received;

  await stage.check('the page stands on another origin than the endpoints', () => assert.notEqual(origin, new URL(stage.demo.url).origin));
  for (const kind of ['xapi', 'caliper']) {
    const those = requests.filter(({ path }) => path.startsWith(`/direct/${kind}`));
    await stage.check(`${kind}: the browser asked first whether it may (CORS preflight)`, () =>
      assert.ok(those.some(({ method }) => method === 'OPTIONS'), JSON.stringify(those)),
    );
    await stage.check(`${kind}: one refusal, then a new token, and no more`, () => {
      assert.deepEqual(asked.filter((one) => one.kind === kind).map(({ reason }) => reason), ['start', 'refused']);
      const refused = those.filter(({ method, status }) => method === 'POST' && status === 401);
      assert.equal(refused.length, 1, 'answers 401');
      const again = those.find(({ method, status, at }) => method === 'POST' && status === 200 && at > refused[0].at);
      assert.ok(again, 'no 200 after it');
    });
  }
  await stage.check('the token function knows for whom it is asked', () =>
    assert.deepEqual([...new Set(asked.map(({ actor }) => actor))], [stage.actor]),
  );
  await stage.check('all of it is there, once', () =>
    assert.deepEqual(types(withoutMilestones(received.xapi)), ['initialized', 'started', 'paused', 'terminated']),
  );
  await stage.checkRecord(received);
  await stage.checkPages();
};
