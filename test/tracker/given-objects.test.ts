import { describe, expect, test } from 'vitest';
import type { Actor, LearningEvent } from '../../src/events.js';
import { formerVisit, recordedIn, trackedPage } from '../known-bugs/tracked-page.js';
import { destination, World } from '../outbox/world.js';

// What the page gives, and what it is given, stays what it was, whatever becomes of the object.

const ANNA = 'https://campus.example/users/1';
const BEN = 'https://campus.example/users/2';
const withActor = () => destination({ map: (event, actor) => ({ ...event, who: actor.id, name: actor.name }) });
const whoIn = (world: World) => recordedIn(world).map((document) => document as unknown as { who: string; name: string; type: string });

test('the end of a session is of the learner whose it is, where the page has one object for all', async () => {
  const world = new World();
  const user = { id: ANNA };
  const page = trackedPage(world, { actor: user, destinations: [withActor()] });
  await page.play(5);
  user.id = BEN;
  page.analytics.setActor(user);
  await page.play(2, true);
  page.leave();
  await world.clock.advance(10_000);
  expect(whoIn(world).map(({ type, who }) => [type, who])).toEqual(
    [ANNA, BEN].flatMap((who) => ['initialized', 'started', 'progressed', 'paused', 'terminated'].map((type) => [type, who])),
  );
});

test('what a media is part of is the session’s, whatever becomes of the object', async () => {
  const world = new World();
  const collection = { id: 'https://campus.example/courses/1' };
  const page = trackedPage(world, { media: { id: 'https://campus.example/videos/42', collection } });
  await page.play(5);
  collection.id = 'https://campus.example/courses/2';
  page.leave();
  expect(new Set(page.events.map(({ media }) => media.collection!.id))).toEqual(new Set(['https://campus.example/courses/1']));
});

test('a context is what it was when it was set', async () => {
  const page = trackedPage(new World());
  const group = { id: 'https://campus.example/courses/1' };
  page.analytics.setContext({ group });
  group.id = 'https://campus.example/courses/2';
  await page.play(1);
  expect(page.events[0]!.context).toEqual({ group: { id: 'https://campus.example/courses/1' } });
});

describe('what was watched', () => {
  test('is changed by nobody who reads it', async () => {
    const page = trackedPage(new World());
    await page.play(5);
    page.tell('seeking', { position: 70, seeking: true });
    page.tell('seeked', { seeking: false });
    await page.play(5, true);
    (page.analytics.progress.segments as unknown as number[][])[0]![1] = 40;
    (page.analytics.progress.segments as unknown as number[][]).push([50, 60]);
    page.leave();
    expect(page.events.at(-1)!.progress.segments).toEqual([[0, 5], [70, 75]]);
  });

  test('is changed by nobody who is told that it is remembered', async () => {
    const world = new World();
    await formerVisit(world, 5);
    const page = trackedPage(world);
    page.analytics.listen('remembered', ({ segments }) => void ((segments as unknown[]).length = 0));
    page.tell('tick');
    await world.clock.advance(1_000);
    expect(page.analytics.progress.segments).toEqual([[0, 5]]);
  });
});

test('a learner who is known by another name amid a session has it from then on', async () => {
  const world = new World();
  const page = trackedPage(world, { actor: { id: ANNA, name: 'Anna' }, destinations: [withActor()] });
  await page.play(5);
  page.analytics.setActor({ id: ANNA, name: 'Anna B.' } as Actor);
  await page.play(2, true);
  page.leave();
  await world.clock.advance(10_000);
  expect(whoIn(world).map(({ type, name }) => [type, name])).toEqual([
    ['initialized', 'Anna'], ['started', 'Anna'], ['progressed', 'Anna'], ['paused', 'Anna B.'], ['terminated', 'Anna B.'],
  ]);
});

test('a listener that changes what it is told of changes nothing that is sent', async () => {
  const world = new World();
  const page = trackedPage(world);
  page.analytics.listen('record', (event: LearningEvent) => void Object.assign(event, { id: 'x', media: null }));
  await page.play(2);
  page.leave();
  await world.clock.advance(10_000);
  expect(recordedIn(world)).toHaveLength(5);
  expect(recordedIn(world).every(({ media, id }) => media.id && id !== 'x')).toBe(true);
});
