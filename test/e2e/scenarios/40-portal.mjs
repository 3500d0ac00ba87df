import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

export const title = 'A portal around the player: both standards, both vocabularies, one record store';

const OURS = 'https://w3id.org/videojs-learning-analytics/extensions/';
const MEDIA = { id: 'https://campus.example/videos/42', name: 'Week 1: Sorting' };

/** What both endpoints hold of this scenario's learner. */
const readRaw = async ({ demo, since, tag }) => {
  const response = await fetch(`${demo.url}/control/received?since=${new Date(since).toISOString()}`);
  const { statements, caliper } = await response.json();
  const isMeant = ({ actor }) => JSON.stringify(actor).includes(tag);
  const isOurs = ({ context }) => Boolean(context?.extensions?.[`${OURS}event`]);
  const mine = statements.filter(isMeant);
  return { xapi: mine.filter(isOurs), kaltura: mine.filter((statement) => !isOurs(statement)), caliper: caliper.filter(isMeant) };
};

export const play = async (stage) => {
  const page = await stage.open('portal');
  const asked = await page.evaluate(async (media) => {
    const { portal } = window;
    const began = Date.now();
    portal.record({ type: 'loggedIn' });
    portal.record({ type: 'categoryViewed', category: { id: 'https://campus.example/channels/7', name: 'Algorithms' } });
    await new Promise((resolve) => setTimeout(resolve, 400));
    const waiting = await portal.pending();
    window.come();
    portal.record({ type: 'searched', query: 'sorting', results: 2 });
    portal.record({ type: 'uploaded', media });
    portal.record({ type: 'collaboratorAdded', media, collaborator: { id: 'https://campus.example/users/2', name: 'Jane Roe' }, role: 'editor' });
    window.analytics.record({ type: 'liked' });
    window.analytics.record({ type: 'commented', text: 'nobody may read this' });
    let thrown = '';
    try {
      portal.record({ type: 'liked' });
    } catch (error) {
      thrown = `${error.name} ${error.message}`;
    }
    return { began, waiting, thrown };
  }, MEDIA);
  await page.waitFor(() => window.player.readyState() >= 3);
  await page.evaluate(() => void window.player.play());
  await page.waitFor(() => window.player.currentTime() > 1);
  await page.evaluate(() => window.player.pause());
  // The page goes at once: what was last recorded has to leave with it.
  await page.evaluate(() => window.portal.record({ type: 'loggedOut' }));
  await page.goto('about:blank');

  const PORTAL = ['loggedIn', 'categoryViewed', 'searched', 'uploaded', 'collaboratorAdded', 'liked', 'commented', 'loggedOut'];
  const isThere = ({ xapi, kaltura, caliper }) =>
    PORTAL.every((type) => xapi.some(({ context }) => context.extensions[`${OURS}event`] === type)) && kaltura.length >= PORTAL.length + 3 && caliper.length >= PORTAL.length + 3;
  const deadline = Date.now() + 15_000;
  let received = await readRaw(stage);
  while (!isThere(received) && Date.now() < deadline) {
    await pause(200);
    received = await readRaw(stage);
  }
  const { xapi, kaltura, caliper } = received;
  const typeOf = ({ context, extensions }) => (extensions ?? context.extensions)[`${OURS}event`];

  await stage.check('every event of the portal is at the record store once, in our vocabulary and in Kaltura’s', () => {
    assert.deepEqual(xapi.map(typeOf).filter((type) => PORTAL.includes(type)).sort(), [...PORTAL].sort());
    const verbs = kaltura.map(({ verb }) => verb.id.split('/').at(-1));
    for (const verb of ['logged-in', 'viewed', 'search', 'uploaded', 'add', 'like', 'commented', 'logged-out', 'played', 'watch', 'paused']) {
      assert.equal(verbs.filter((each) => each === verb).length, 1, `${verb} in ${verbs}`);
    }
    assert.equal(new Set([...xapi, ...kaltura].map(({ id }) => id)).size, xapi.length + kaltura.length);
  });
  await stage.check('and at the Caliper endpoint, under the same id', () => {
    const ids = new Map(xapi.map((statement) => [`urn:uuid:${statement.id}`, typeOf(statement)]));
    // An endpoint of Caliper may get an event again: what the portal sends as the page goes, the player may be sending already.
    const told = [...new Map(caliper.map((event) => [event.id, event])).values()].filter(({ type }) => !/^(Media|View)Event$/.test(type));
    assert.deepEqual(told.map(typeOf).sort(), [...PORTAL].sort());
    for (const event of told) assert.equal(ids.get(event.id), typeOf(event));
  });
  await stage.check('what happened before anybody was known has the time at which it happened', () => {
    assert.equal(asked.waiting, 0, 'rows without an actor');
    const [first] = xapi.filter((statement) => typeOf(statement) === 'loggedIn');
    assert.ok(Math.abs(Date.parse(first.timestamp) - asked.began) < 300, first.timestamp);
    assert.equal(first.object.id, 'https://campus.example/portal');
  });
  await stage.check('an event on a player is about what it plays, and a comment keeps its text to itself', () => {
    const [liked] = xapi.filter((statement) => typeOf(statement) === 'liked');
    assert.equal(liked.object.id, MEDIA.id);
    assert.ok(!JSON.stringify([xapi, kaltura, caliper]).includes('nobody may read this'));
  });
  await stage.check('a wrong event throws in the page, and says what is wrong', () => assert.match(asked.thrown, /^TypeError .*event "liked": "media" should be/));
  await stage.checkDocuments({ xapi: [...xapi, ...kaltura], caliper });

  const script = await stage.open('player');
  const names = await script.evaluate(() => Object.keys(window.videojsLearningAnalytics).sort());
  await stage.check('the small script has its global too', () => assert.deepEqual(names, ['VERSION', 'caliper', 'custom', 'register', 'track', 'xapi']));
  return stage.checkPages();
};
