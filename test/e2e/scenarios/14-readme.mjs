import assert from 'node:assert/strict';
import { codeBlock } from '../support/readme.mjs';
import { startSite } from '../support/site.mjs';
import { types, withoutMilestones } from '../support/stage.mjs';

export const title = 'The README’s quick start, pasted into an empty page';

/** Where the files that it names lie here. */
const FILES = {
  'video-js.min.css': '/video.js/video-js.min.css',
  'video.min.js': '/video.js/video.min.js',
  'videojs-learning-analytics.min.js': '/dist/videojs-learning-analytics.min.js',
  'lecture.mp4': '/media/lecture.mp4',
};

/** The script without Video.js, which another element needs no more than the launches do. */
const WITHOUT = `<!doctype html><meta charset="utf-8"><title>Without Video.js</title><video src="lecture.mp4" muted></video>
<script src="videojs-learning-analytics.min.js"></script>
<script>
  videojsLearningAnalytics.track(document.querySelector('video'), {
    actor: { id: 'https://campus.example/users/554433' },
    media: { id: 'https://campus.example/videos/42' },
    destinations: ['xapi', 'caliper'].map((one) => videojsLearningAnalytics[one]({ endpoint: '/analytics/' + one, auth: false, credentials: 'include' })),
  });
</script>`;

export const play = async (stage) => {
  const code = codeBlock('html', 'learningAnalytics');
  if (!code) return stage.skip(title, 'README.md has no html block with it');

  // A registry’s copy of a file is not asked for in a test.
  const local = code.replace(/https:\/\/[^"']*\/([\w.-]+\.(?:js|css|mp4))(?=["'])/g, (whole, name) => (name in FILES ? name : whole));
  const site = await startSite({
    demo: stage.demo.url,
    pages: { '/': local, '/without.html': WITHOUT, '/empty.html': '' },
    aliases: Object.fromEntries(Object.entries(FILES).map(([name, path]) => [`/${name}`, path])),
  });
  const page = await stage.newPage();
  await page.goto(`${site.url}/empty.html`);
  await page.evaluate(async () => void (await fetch('/login?user=learner', { redirect: 'manual' })));
  await page.goto(`${site.url}/`);
  await page.waitFor(() => window.videojs?.getAllPlayers()[0]?.readyState() >= 3);
  await page.evaluate(() => void window.videojs.getAllPlayers()[0].play());
  await page.waitFor(() => window.videojs.getAllPlayers()[0].currentTime() > 1);
  await page.evaluate(() => window.videojs.getAllPlayers()[0].pause());
  await page.goto('about:blank');
  const left = (sessions) => stage.collectAll(({ xapi }) => xapi.filter(({ type }) => type === 'terminated').length >= sessions);
  await left(1);
  await page.goto(`${site.url}/without.html`);
  await page.evaluate(() => document.querySelector('video').play());
  await page.goto('about:blank');
  const received = await left(2);
  await site.stop();

  const session = ['initialized', 'started', 'paused', 'terminated'];
  await stage.check('it records', () => {
    assert.deepEqual(types(withoutMilestones(received.xapi)), [...session, ...session]);
    assert.match(received.xapi[0].media, /^https:/);
  });
  await stage.check('without Video.js the console says what is missing', () => {
    assert.equal(page.logs.filter(({ type, text }) => type === 'warn' && /expected Video\.js, loaded before/.test(text)).length, 1);
  });
  await stage.checkRecord(received, { mayRepeat: true });
  return stage.checkPages(/expected Video\.js/);
};
