import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cors, json, readBody, send, serve } from '../../../demo/http.mjs';
import { startSite } from '../support/site.mjs';

export const title = 'Launched by cmi5, again and again, by an LMS that takes nothing of another session';

const SESSION = 'https://w3id.org/xapi/cmi5/context/extensions/sessionid';
const ACTIVITY = 'https://campus.example/videos/42';
// Without `objectType`, which xAPI leaves open: what is compared is what was given.
const AGENT = { account: { homePage: 'https://lms.example', name: '42' } };

const PAGE = `<!doctype html><meta charset="utf-8"><title>An assignable unit</title>
<link rel="stylesheet" href="/video.js/video-js.min.css">
<video id="lecture" class="video-js" controls muted preload="auto" width="640" height="360"><source src="/media/lecture.mp4" type="video/mp4"></video>
<script src="/video.js/video.min.js"></script>
<script src="/dist/videojs-learning-analytics.all.min.js"></script>
<script>
  window.player = videojs('lecture');
  videojsLearningAnalytics.fromCmi5Launch(location).then((launch) => {
    const { actor, destinations, context } = launch;
    window.analytics = player.learningAnalytics({ actor, destinations, context, media: { id: launch.activityId, name: 'Week 1' }, queue: { flushInterval: 100 } });
  });
</script>`;

/** As much of an LMS as a session needs. What is not of the session that a token belongs to, it refuses as ADL's CATAPULT does. */
const startLms = async () => {
  const sessions = new Map();
  let isMute = false;
  const ofToken = ({ headers }) => [...sessions.values()].find(({ token }) => headers.authorization === `Basic ${token}`);
  const answers = {
    '/token': (_, url) => json({ 'auth-token': sessions.get(url.searchParams.get('k')).token }),
    '/xapi/activities/state': (session) => json({ contextTemplate: { registration: session.registration, extensions: { [SESSION]: session.id } }, launchMode: 'Normal' }),
    '/xapi/agents/profile': () => json({}, 404),
    '/xapi/statements'(session, _, body) {
      const statements = JSON.parse(body);
      session.asked += 1;
      const isOwn = ({ actor, context }) => context.extensions[SESSION] === session.id && JSON.stringify(actor) === JSON.stringify(AGENT);
      if (!statements.every(isOwn)) {
        session.refused.push(...statements);
        return json({ message: 'not of this session' }, 403);
      }
      for (const statement of statements) if (!session.held.some(({ id }) => id === statement.id)) session.held.push(statement);
      return isMute ? undefined : json(statements.map(({ id }) => id));
    },
  };
  const server = await serve(async (request, response) => {
    const url = new URL(request.url, 'http://lms');
    const body = await readBody(request);
    const answer = request.method === 'OPTIONS' ? { status: 204 } : answers[url.pathname](ofToken(request), url, body);
    // What is mute is not heard any more.
    if (answer) send(response, { ...answer, headers: { ...answer.headers, ...cors(request.headers) } });
  });
  return {
    ...server,
    mute: (now) => {
      isMute = now;
    },
    launch(registration) {
      const session = { id: randomUUID(), token: Buffer.from(`:${randomUUID()}`).toString('base64'), registration, asked: 0, held: [], refused: [] };
      sessions.set(session.id, session);
      const query = new URLSearchParams({ endpoint: `${server.url}/xapi/`, fetch: `${server.url}/token?k=${session.id}`, actor: JSON.stringify(AGENT), registration, activityId: ACTIVITY });
      return { session, query };
    },
  };
};

const verbs = ({ held }) => held.map(({ verb }) => verb.id.split('/').at(-1)).filter((verb) => verb !== 'progressed');

export const play = async (stage) => {
  const lms = await startLms();
  const site = await startSite({ demo: stage.demo.url, pages: { '/au.html': PAGE } });
  const open = async (registration) => {
    const { session, query } = lms.launch(registration);
    const page = await stage.newPage();
    await page.goto(`${site.url}/au.html?${query}`);
    await page.waitFor(() => window.analytics && window.player.readyState() >= 3);
    const from = await page.evaluate(() => {
      void window.player.play();
      return window.player.currentTime();
    });
    await page.waitFor((since) => window.player.currentTime() > since + 1, { args: [from] });
    return { page, session };
  };
  const finish = (page) =>
    page.evaluate(async () => {
      window.player.pause();
      window.analytics.dispose();
      return window.analytics.flush();
    });

  const registration = randomUUID();
  const first = await open(registration);
  lms.mute(true);
  await first.page.evaluate(() => window.player.pause());
  await first.page.waitFor(() => window.analytics.pending().then((waiting) => waiting > 0));
  await first.page.close();
  lms.mute(false);

  const second = await open(registration);
  const report = await finish(second.page);
  await stage.check('what a session could not hear of is told in no other one, and holds none up', () => {
    assert.deepEqual(second.session.refused, []);
    assert.deepEqual(verbs(second.session), ['initialized', 'played', 'paused', 'terminated']);
    assert.deepEqual([report.pending, report.held], [0, []]);
  });
  await stage.check('what was watched in the session before is remembered all the same', () => {
    const { result } = second.session.held.at(-1);
    assert.equal(result.extensions['https://w3id.org/xapi/video/extensions/played-segments'].split('[,]').length, 2);
  });

  const other = randomUUID();
  const tabs = [await open(other), await open(other)];
  for (const { page } of tabs) await page.evaluate(() => window.player.pause());
  const reports = [];
  for (const { page } of tabs) reports.push(await finish(page));
  await stage.check('two tabs send with their own tokens what is their own', () => {
    for (const { session } of tabs) {
      assert.deepEqual(session.refused, []);
      assert.deepEqual(verbs(session), ['initialized', 'played', 'paused', 'terminated']);
    }
    assert.deepEqual(reports.map(({ pending }) => pending), [0, 0]);
  });
  await stage.checkDocuments({ xapi: [first, second, ...tabs].flatMap(({ session }) => session.held), caliper: [] });
  await stage.checkPages();
  await Promise.all([site.stop(), lms.stop()]);
};
