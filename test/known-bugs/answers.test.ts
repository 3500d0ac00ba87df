import { describe, expect, test } from 'vitest';
import { reply, World } from '../outbox/world.js';

describe('an endpoint that is not there', () => {
  // T48: the whole queue was tried and given up against a server that was down.
  test.each([404, 503, 504])('a %d ends the flush with one request, and nothing is given up', async (status) => {
    const world = new World();
    const tab = await world.open();
    world.endpoint().behave = () => reply(status);
    const ids = tab.add(200);
    expect(await tab.flush()).toMatchObject({ delivered: 0, rejected: 0, pending: 200, held: [{ why: `answers ${status}` }] });
    expect(world.endpoint().requests).toHaveLength(1);
    // Somebody is told, once.
    expect(world.warnings).toEqual([expect.stringContaining(`answers ${status}: its events wait`)]);
    world.endpoint().behave = () => reply(200);
    await tab.flush();
    expect(world.endpoint().held).toEqual(ids);
  });
});

// F21: what had been given up came back into the queue, and was refused for ever.
test('what was rejected is not sent again by itself, by no wake, no event and no new page', async () => {
  const world = new World();
  const tab = await world.open();
  const [bad] = tab.add(2);
  world.endpoint().behave = ({ body }) => reply(body.includes(`"${bad}"`) ? 400 : 200);
  await tab.flush();
  expect((await tab.outbox.rejected()).map(({ id }) => id)).toEqual([bad]);
  const sent = () => world.endpoint().requests.filter(({ body }) => body.includes(`"${bad}"`)).length;
  const before = sent();
  tab.wake();
  tab.add(60);
  await world.clock.advance(600_000);
  tab.kill();
  const next = await world.open();
  next.add(1);
  await next.flush();
  expect(sent()).toBe(before);
  expect(await next.outbox.rejected()).toHaveLength(1);
});

// Finding 4: a body that nobody reads goes on to occupy the 64 KiB that requests with keepalive share.
test.each([200, 400, 401, 503])('the body of a %d is read to its end, and its share of the budget comes back', async (status) => {
  const world = new World();
  const tab = await world.open();
  const answers: Response[] = [];
  world.endpoint().behave = () => {
    answers.push(reply(status, 'words '.repeat(1_000)));
    return answers.at(-1)!;
  };
  tab.add(2);
  await world.clock.advance(0);
  tab.outbox.leave();
  expect(tab.environment.keepalive.left).toBeLessThan(60_000);
  await world.clock.advance(0);
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.map(({ bodyUsed }) => bodyUsed)).toEqual(answers.map(() => true));
  expect(tab.environment.keepalive.left).toBe(60_000);
});
