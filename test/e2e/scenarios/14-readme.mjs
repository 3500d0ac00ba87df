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

export const play = async (stage) => {
  const code = codeBlock('html', 'learningAnalytics');
  if (!code) return stage.skip(title, 'README.md has no html block with it');

  // A registry’s copy of a file is not asked for in a test.
  const local = code.replace(/https:\/\/[^"']*\/([\w.-]+\.(?:js|css|mp4))(?=["'])/g, (whole, name) => (name in FILES ? name : whole));
  const site = await startSite({
    demo: stage.demo.url,
    pages: { '/': local, '/empty.html': '' },
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
  const received = await stage.collectAll(({ xapi }) => xapi.some(({ type }) => type === 'terminated'));
  await site.stop();

  await stage.check('it records', () => {
    assert.deepEqual(types(withoutMilestones(received.xapi)), ['initialized', 'started', 'paused', 'terminated']);
    assert.match(received.xapi[0].media, /^https:/);
  });
  await stage.checkRecord(received);
  return stage.checkPages();
};
