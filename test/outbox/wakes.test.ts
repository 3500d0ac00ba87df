import { describe, expect, test } from 'vitest';
import { reply, rest, World } from './world.js';

/** An endpoint that has failed so often that the next attempt is minutes away, with one event waiting. */
async function longBackoff(world = new World()) {
  const tab = await world.open();
  await world.clock.advance(1_000);
  world.endpoint().behave = () => reply(503);
  tab.add(1);
  await world.clock.advance(5_000);
  for (let n = 0; n < 8; n++) await tab.flush();
  return { world, tab };
}

describe('a wake', () => {
  test('is not lost to an earlier timer that ends no backoff', async () => {
    const world = new World();
    const second = await world.open();
    const { tab } = await longBackoff(world);
    tab.kill();
    second.add(1);
    await world.clock.advance(4_500);
    world.endpoint().behave = () => reply(200, '[]');
    second.wake();
    await world.clock.advance(3_000);
    expect(world.endpoint().held).toHaveLength(2);
  });

  test('during a request that never comes back is heeded when that is given up', async () => {
    const { world, tab } = await longBackoff();
    const { requests } = world.endpoint();
    const before = requests.length;
    world.endpoint().behave = () => new Promise(() => {});
    while (requests.length === before) await world.clock.advance(1_000);
    world.endpoint().behave = () => reply(200, '[]');
    tab.wake();
    await world.clock.advance(33_000);
    expect(world.endpoint().held).toHaveLength(1);
  });

  test('just before a request fails is heeded, as where the network that comes back breaks what was under way', async () => {
    const { world, tab } = await longBackoff();
    const { requests } = world.endpoint();
    const before = requests.length;
    let fail!: (response: Response) => void;
    world.endpoint().behave = () => new Promise((resolve) => (fail = resolve));
    while (requests.length === before) await world.clock.advance(1_000);
    tab.wake();
    world.endpoint().behave = () => reply(200, '[]');
    fail(reply(502));
    await rest();
    expect(world.endpoint().held).toHaveLength(0);
    await world.clock.advance(2_500);
    expect(world.endpoint().held).toHaveLength(1);
  });

  test('ends no pause that the endpoint asked for', async () => {
    const world = new World();
    const tab = await world.open();
    world.endpoint().behave = () => reply(429, '', { 'retry-after': '600' });
    tab.add(1);
    await world.clock.advance(6_000);
    const { requests } = world.endpoint();
    const before = requests.length;
    world.endpoint().behave = () => reply(200, '[]');
    tab.wake();
    tab.add(1);
    await world.clock.advance(500_000);
    expect(requests).toHaveLength(before);
    await world.clock.advance(200_000);
    expect(world.endpoint().held).toHaveLength(2);
  });
});
