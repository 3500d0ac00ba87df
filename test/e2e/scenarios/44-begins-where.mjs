import assert from 'node:assert/strict';
import { near, types, withoutMilestones } from '../support/stage.mjs';

export const title = 'A page says where playback shall begin before anything of the media is there';

/** In a page that is logged in: nothing is loaded before it is played. */
const begin = async ({ actor, registration, to, rate }) => {
  const load = (src) =>
    new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src, onload: resolve, onerror: reject });
      document.head.append(script);
    });
  document.body.innerHTML = '<video id="lecture" class="video-js" controls muted preload="none" width="640" height="360" src="/media/lecture.mp4"></video>';
  await load('/video.js/video.min.js');
  await load('/dist/videojs-learning-analytics.min.js');
  const player = window.videojs('lecture', { playbackRates: [1, 2] });
  const analytics = player.learningAnalytics({
    actor: { id: actor },
    media: { id: 'https://campus.example/videos/42' },
    context: { registration },
    xapi: { endpoint: '/analytics/xapi', auth: false, credentials: 'include' },
    caliper: { endpoint: '/analytics/caliper', auth: false, credentials: 'include', sensor: 'https://campus.example/sensors/1' },
    queue: { flushInterval: 200 },
  });
  Object.assign(window, { player, analytics });
  await new Promise((resolve) => player.ready(resolve));
  player.playbackRate(rate);
  // Longer than it would take to play up to there.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  player.currentTime(to);
  void player.play();
};

export const play = async (stage) => {
  const watch = async (to, rate, registration) => {
    const page = await stage.newPage();
    await page.goto(`${stage.demo.url}/test/empty.html`);
    await page.evaluate(async () => void (await fetch('/login?user=learner', { redirect: 'manual' })));
    await page.evaluate(begin, { actor: stage.actor, registration, to, rate });
    await page.waitFor((end) => window.player.currentTime() > end, { args: [to + 1] });
    const at = await page.evaluate(() => {
      window.player.pause();
      return window.player.currentTime();
    });
    await page.goto('about:blank');
    return at;
  };
  const cases = [
    [1.5, 1, '11111111-1111-4111-8111-111111111111'],
    [3, 2, '22222222-2222-4222-8222-222222222222'],
  ];
  const ends = [];
  for (const each of cases) ends.push(await watch(...each));
  const received = await stage.arrived(2);
  for (const [n, [to, rate, registration]] of cases.entries()) {
    await stage.check(`nothing before ${to} s counts as watched, at ${rate}×`, () => {
      const session = withoutMilestones(received.xapi.filter((one) => one.registration === registration));
      assert.deepEqual(types(session), ['initialized', 'started', 'paused', 'terminated']);
      const { segments } = session.at(-1);
      assert.equal(segments.length, 1, JSON.stringify(segments));
      near(segments[0][0], to, 'where it begins');
      near(segments[0][1], ends[n], 'where it ends');
      near(session[1].position, to, 'started');
    });
  }
  await stage.checkRecord(received, { mayRepeat: true, mayOvertake: true });
  await stage.checkPages();
};
