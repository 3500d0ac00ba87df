import assert from 'node:assert/strict';
import { playedTo } from '../support/controls.mjs';
import { types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Wrong options';

const actor = { id: 'https://campus.example/users/1' };
const xapi = { endpoint: '/analytics/xapi', auth: false };
const caliper = { endpoint: '/analytics/caliper', auth: false };

/** What is wrong, the option that the message has to name, and what it has to say besides. */
const CASES = [
  ['no options at all', undefined, 'options|actor', /actor/],
  ['no actor', { xapi }, 'actor', /undefined/],
  ['an actor without an id', { actor: {}, xapi }, 'actor.id', /absolute IRI.*undefined/],
  ['an actor with a relative IRI', { actor: { id: 'users/1' }, xapi }, 'actor.id', /absolute IRI.*"users\/1"/],
  ['an actor with an e-mail address that is none', { actor: { ...actor, email: 'learner' }, xapi }, 'actor.email', /"learner"/],
  ['an account without a home page', { actor: { ...actor, account: { name: '1' } }, xapi }, 'actor.account', /homePage/],
  ['a media with a relative IRI', { actor, media: { id: 'videos/42' }, xapi }, 'media.id', /absolute IRI.*"videos\/42"/],
  ['a media that is a text', { actor, media: 'https://campus.example/videos/42', xapi }, 'media', /an object.*"https/],
  ['an endpoint that is no URL', { actor, xapi: { ...xapi, endpoint: 'http://' } }, 'xapi.endpoint', /URL.*"http:\/\/"/],
  ['no endpoint', { actor, caliper: { auth: false } }, 'caliper.endpoint', /URL.*undefined/],
  ['an endpoint that is not https', { actor, caliper: { ...caliper, endpoint: 'http://lrs.example/caliper' } }, 'caliper.endpoint', /https.*"http:\/\/lrs\.example/],
  ['an endpoint on another kind of thing', { actor, xapi: { ...xapi, endpoint: 'ftp://lrs.example/' } }, 'xapi.endpoint', /URL/],
  ['no auth', { actor, xapi: { endpoint: '/analytics/xapi' } }, 'xapi.auth', /undefined/],
  ['half an auth', { actor, xapi: { ...xapi, auth: { key: 'a' } } }, 'xapi.auth', /secret/],
  ['an unknown version', { actor, xapi: { ...xapi, version: '0.95' } }, 'xapi.version', /"1\.0\.3".*"0\.95"/],
  ['an unknown event type', { actor, caliper: { ...caliper, events: ['watched'] } }, 'caliper.events', /event types/],
  ['a milestone above all', { actor, xapi, milestones: [0, 120] }, 'milestones', /0–100/],
  ['milestones every nothing', { actor, xapi, milestones: { every: 0, unit: 'percent' } }, 'milestones', /0\.1 or more/],
  ['a threshold above all', { actor, xapi, completion: { threshold: 95 } }, 'completion.threshold', /0–1.*95/],
  ['an unknown word', { actor, xapi, startOn: 'load' }, 'startOn', /"play".*"metadata".*"load"/],
  ['a registration that is no UUID', { actor, xapi, context: { registration: 'term 1' } }, 'context.registration', /UUID.*"term 1"/],
  ['an empty batch', { actor, xapi, queue: { batchSize: 0 } }, 'queue.batchSize', /0/],
  ['a storage that there is not', { actor, xapi, queue: { storage: 'cookies' } }, 'queue.storage', /"indexeddb".*"cookies"/],
];

const inPage = (options) => {
  const direct = window.newPlayer({ sources: [] });
  let thrown = null;
  try {
    direct.learningAnalytics(options ?? undefined);
  } catch (error) {
    thrown = { name: error.constructor.name, message: error.message };
  }
  direct.dispose();

  const said = [];
  const { error } = console;
  console.error = (...words) => said.push(words.join(' '));
  let kept = false;
  let inert = false;
  try {
    const player = window.newPlayer({ sources: [], plugins: { learningAnalytics: options ?? {} } });
    kept = typeof player.play === 'function';
    inert = player.learningAnalytics().session === undefined;
    player.dispose();
  } catch (problem) {
    said.push(`THROWN ${problem.message}`);
  } finally {
    console.error = error;
  }
  return { thrown, said, kept, inert };
};

const start = async (page) => {
  await page.waitFor(() => window.player.readyState() >= 3);
  await page.evaluate(() => void window.player.play());
};

export const play = async (stage) => {
  const page = await stage.open('bench');
  for (const [what, options, option, says] of CASES) {
    const { thrown, said, kept, inert } = await page.evaluate(inPage, options ?? null);
    await stage.check(what, () => {
      assert.equal(thrown?.name, 'TypeError', 'the direct call throws');
      assert.match(thrown.message, new RegExp(`"(${option})"`), 'the option is named');
      assert.match(thrown.message, says);
      assert.equal(said.length, 1, `plugins: ${said.join(' | ')}`);
      assert.ok(said[0].includes(thrown.message), `plugins: says the same: ${said[0]}`);
      assert.deepEqual({ kept, inert }, { kept: true, inert: true }, 'plugins: the page keeps its player');
    });
  }

  page.logs.length = 0;
  await page.evaluate((wrong) => {
    window.player = window.newPlayer({ plugins: { learningAnalytics: wrong } });
    window.player.muted(true);
  }, { xapi });
  await start(page);
  await playedTo(page, 0.5);
  await stage.check('nothing else is said of them', () => assert.deepEqual(page.logs.filter(({ text }) => !/option "actor"/.test(text)), []));
  await stage.check('the page’s player plays, however wrong the options', async () => {
    assert.equal(await page.evaluate(() => window.player.learningAnalytics().session ?? null), null);
    assert.equal((await stage.received()).xapi.length, 0);
  });
  await page.evaluate(() => window.player.dispose());

  const count = page.logs.length;
  await page.evaluate((home) => {
    const player = window.newPlayer();
    const options = window.optionsOf({
      xapi: { endpoint: ` ${home}/analytics/xapi `, auth: false, credentials: 'include' },
      caliper: { endpoint: `${home}/analytics/caliper`, auth: ' key ', credentials: 'include' },
    });
    window.show(player, player.learningAnalytics(options));
  }, stage.demo.url);
  await start(page);
  await playedTo(page, 0.5);
  await page.evaluate(() => window.player.dispose());
  const spaced = await stage.collect(({ xapi: statements }) => statements.some(({ type }) => type === 'terminated'));
  await stage.check('stray spaces are taken away, with a warning that names the option and no credential', () => {
    assert.deepEqual(types(withoutMilestones(spaced.xapi)), ['initialized', 'started', 'paused', 'terminated']);
    const warnings = page.logs.slice(count).filter(({ type, text }) => type === 'warn' && /space/.test(text));
    assert.equal(warnings.length, 2, JSON.stringify(page.logs.slice(count)));
    assert.match(warnings[0].text, /xapi\.endpoint/);
    assert.match(warnings[1].text, /caliper\.auth/);
    assert.doesNotMatch(warnings[1].text, / key /);
  });

  const before = { logs: page.logs.length, xapi: spaced.xapi.length };
  await page.evaluate(async () => {
    const blob = await (await fetch('/media/short.mp4')).blob();
    const player = window.newPlayer({ sources: [{ src: URL.createObjectURL(blob), type: 'video/mp4' }] });
    window.show(player, player.learningAnalytics(window.optionsOf({ media: undefined })));
  });
  await start(page);
  await playedTo(page, 1);
  const nameless = await page.evaluate(() => window.analytics.session ?? null);
  const at = await page.evaluate(() => {
    window.analytics.setMedia({ id: 'https://campus.example/videos/43', name: 'Week 2: Searching' });
    return window.player.currentTime();
  });
  await playedTo(page, 1.6);
  await page.evaluate(() => window.player.dispose());
  const named = await stage.arrived(2);
  await stage.check('a blob: without media: said once, and nothing is recorded', () => {
    const said = page.logs.slice(before.logs).filter(({ text }) => /media/.test(text));
    assert.equal(said.length, 1, JSON.stringify(said));
    assert.match(said[0].text, /blob/);
    assert.equal(nameless, null);
  });
  await stage.check('until setMedia()', () => {
    const session = withoutMilestones(named.xapi).slice(-4);
    assert.deepEqual(types(session), ['initialized', 'started', 'paused', 'terminated']);
    assert.equal(session[1].media, 'https://campus.example/videos/43');
    assert.ok(session.at(-1).segments.length > 0, `from ${at} s`);
  });

  const warned = page.logs.length;
  await page.evaluate(() => {
    const player = window.newPlayer({ sources: [{ src: '/media/short.mp4?token=secret#t=1', type: 'video/mp4' }] });
    window.show(player, player.learningAnalytics(window.optionsOf({ media: undefined })));
  });
  await start(page);
  await playedTo(page, 1.3);
  await page.evaluate(() => window.player.dispose());
  const byUrl = await stage.arrived(3);
  await stage.check('a URL without media: it serves, less query and fragment, with one warning', () => {
    assert.equal(byUrl.xapi.at(-1).media, `${stage.demo.url}/media/short.mp4`);
    const said = page.logs.slice(warned).filter(({ type, text }) => type === 'warn' && /media/.test(text));
    assert.equal(said.length, 1, JSON.stringify(page.logs.slice(warned)));
    assert.doesNotMatch(said[0].text, /secret/);
  });
  await stage.checkPages(/learningAnalytics: option|learningAnalytics.*ERROR/);
};
