import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeBlock } from '../support/readme.mjs';
import { startSite } from '../support/site.mjs';
import { types, withoutMilestones } from '../support/stage.mjs';

export const title = 'Installed from the package, typed, bundled, played';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Without blocking this process, in which the servers run. */
const run = (cwd, command, ...args) =>
  new Promise((resolve) => {
    const options = { cwd, encoding: 'utf8', shell: process.platform === 'win32', timeout: 180_000, maxBuffer: 2 ** 24 };
    execFile(command, args, options, (error, stdout, stderr) => resolve({ isGood: !error, output: `${stdout}${stderr}`.trim() || error?.message, stdout }));
  });

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    // The package's own declarations are looked at too.
    skipLibCheck: false,
  },
  include: ['*.ts'],
};

// What a consumer may write, and what the types have to refuse.
const TYPED = `
import videojs from 'video.js';
import { createPortal } from 'videojs-learning-analytics';
import { caliper, createPortal as createPortalOfCore, register, track, xapi, type Analytics, type LearningEvent } from 'videojs-learning-analytics/core';
import { caliperToStatement, fromStatement, statementToCaliper } from 'videojs-learning-analytics/crosswalk';
import { inspect } from 'videojs-learning-analytics/inspector';
import { kaltura } from 'videojs-learning-analytics/kaltura';
import { fromCmi5Launch, fromLtiLaunch, fromXapiLaunch } from 'videojs-learning-analytics/launch';

const player = videojs('lecture');
const analytics = player.learningAnalytics({
  actor: async () => ({ id: 'https://campus.example/users/1', account: { homePage: 'https://campus.example/', name: '1' } }),
  media: (given) => ({ id: given.currentSrc() }),
  milestones: { every: 10, unit: 'percent' },
  xapi: [{ endpoint: '/xapi', auth: { key: 'a', secret: 'b' } }, { endpoint: '/other', auth: async (actor) => actor.id, version: 'auto' }],
  caliper: { endpoint: '/caliper', auth: false, events: ['started', 'ended'] },
  queue: { flushInterval: 1000 },
  beforeRecord: (event) => (event.type === 'seeked' && event.to < event.from ? null : event),
});
// What may be missing may be undefined, as from \`user?.name\`.
declare const user: { readonly name?: string; readonly course?: string } | undefined;
player.learningAnalytics({
  actor: { id: 'https://campus.example/users/1', name: user?.name },
  media: { id: 'https://campus.example/videos/1', name: user?.course },
  context: { group: user?.course },
  completion: { threshold: user ? 0.9 : undefined },
  xapi: user && { endpoint: '/xapi', auth: false, language: user.name },
  queue: { maxEvents: user ? 5 : undefined },
});
const same: typeof analytics = player.learningAnalytics();
const stop: () => void = same.listen('record', (event: LearningEvent) => console.log(event.id));
analytics.on('record', ({ detail }) => console.log(detail));
stop();
const close: () => void = inspect(analytics, { parent: document.body, limit: 50 });
close();
export const seconds: number = analytics.progress.position + analytics.progress.fraction;

register(videojs);
const element = document.createElement('video');
export const tracked: Analytics = track(element, {
  actor: 'anonymous',
  media: { id: 'https://campus.example/videos/1' },
  destinations: [xapi({ endpoint: '/xapi', auth: false }), caliper({ endpoint: '/caliper', auth: 'key' })],
});

const portal = createPortal({ actor: 'anonymous', xapi: { endpoint: '/xapi', auth: false, vocabulary: kaltura({ site: 'https://campus.example', verbs: { login: 'https://campus.example/verbs/entered' } }) } });
portal.record({ type: 'liked', media: { id: 'https://campus.example/videos/1' } });
analytics.record({ type: 'liked' });
export const ofCore = createPortalOfCore({ actor: 'anonymous', destinations: fromLtiLaunch({}, { token: () => 'a' }).destinations });
export const launch = fromXapiLaunch(location) ?? (await fromCmi5Launch(location));
if (launch) player.learningAnalytics({ actor: launch.actor, destinations: launch.destinations, context: launch.context });

export const there = (statement: Parameters<typeof fromStatement>[0]) => [fromStatement(statement)?.event.type, caliperToStatement(statementToCaliper(statement, '1.1')!)];

portal.setMedia({ id: 'https://campus.example/videos/42' });
portal.record({ type: 'liked' });
// @ts-expect-error of a category nobody knows which one was viewed
portal.record({ type: 'categoryViewed' });
// @ts-expect-error a player tells by itself that it paused
analytics.record({ type: 'paused' });
// @ts-expect-error Kaltura has no such event
kaltura({ site: 'https://campus.example', verbs: { entryHate: 'https://campus.example/verbs/hated' } });
// @ts-expect-error an actor is required
player.learningAnalytics({ xapi: { endpoint: '/xapi', auth: false } });
// @ts-expect-error there is no such word
player.learningAnalytics({ actor: 'nobody', startOn: 'load' });
// @ts-expect-error nor such a name
analytics.listen('recorded', () => undefined);
`;

const MAIN = `
import videojs from 'video.js';
import 'videojs-learning-analytics';
const analytics = videojs('lecture').learningAnalytics({
  actor: { id: 'https://campus.example/users/554433' },
  media: { id: 'https://campus.example/videos/42' },
  xapi: { endpoint: '/analytics/xapi', auth: false, credentials: 'include' },
});
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>A consumer</title></head>
  <body>
    <video id="lecture" class="video-js" controls preload="auto"></video>
    <script type="module" src="/start.ts"></script>
  </body>
</html>
`;

const consume = async (stage, folder) => {
  const packed = await run(root, 'npm', 'pack', '--json', '--pack-destination', folder);
  assert.ok(packed.isGood, packed.output);
  const [{ filename, files }] = JSON.parse(packed.stdout);
  await stage.check('the package holds what it needs, and none of the rest', () => {
    const names = files.map(({ path }) => path);
    for (const name of ['dist/index.js', 'dist/index.d.ts', 'dist/core.js', 'dist/core.d.ts', 'dist/crosswalk.js', 'dist/crosswalk/crosswalk.d.ts', 'dist/kaltura.js', 'dist/kaltura/kaltura.d.ts', 'dist/launch.js', 'dist/launch/launch.d.ts', 'dist/videojs-learning-analytics.min.js', 'dist/videojs-learning-analytics.all.min.js', 'README.md', 'LICENSE']) {
      assert.ok(names.includes(name), `${name} is missing`);
    }
    assert.deepEqual(names.filter((name) => /^(demo|test|node_modules)\//.test(name)), []);
  });

  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const installed = await run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', `./${filename}`, `video.js@${devDependencies['video.js']}`);
  if (!installed.isGood) return stage.skip('a consumer of the package', `npm install does not work here: ${installed.output.split('\n')[0]}`);

  const quickStart = codeBlock('ts', "import 'videojs-learning-analytics'") ?? MAIN;
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  await writeFile(join(folder, 'typed.ts'), TYPED);
  await writeFile(join(folder, 'main.ts'), quickStart);
  await stage.check('the README’s lines compile in strict mode, and wrong ones do not', async () => {
    const compiled = await run(folder, process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', folder);
    assert.ok(compiled.isGood, compiled.output);
  });

  const vite = await import('vite').catch((error) => ({ reason: error.message }));
  if (vite.reason) return stage.skip('a bundle of the package', `there is no bundler here: ${vite.reason}`);
  await writeFile(join(folder, 'index.html'), PAGE);
  await writeFile(
    join(folder, 'start.ts'),
    `import videojs from 'video.js';\nimport './main.ts';\nObject.assign(window, { player: videojs('lecture') });\nvideojs('lecture').src({ src: '/media/short.mp4', type: 'video/mp4' });\n`,
  );
  await vite.build({ root: folder, logLevel: 'error', configFile: false, build: { outDir: 'built', minify: false, chunkSizeWarningLimit: 5000 } });
  const site = await startSite({
    demo: stage.demo.url,
    pages: { '/': await readFile(join(folder, 'built/index.html'), 'utf8'), '/empty.html': '' },
    folder: join(folder, 'built'),
  });
  const page = await stage.newPage();
  await page.goto(`${site.url}/empty.html`);
  await page.evaluate(async () => void (await fetch('/login?user=learner', { redirect: 'manual' })));
  await page.goto(`${site.url}/`);
  await page.waitFor(() => window.player?.readyState() >= 3);
  await page.evaluate(() => void window.player.play());
  await page.waitFor(() => window.player.currentTime() > 0.8);
  await page.goto('about:blank');
  const { xapi } = await stage.collectAll(({ xapi: statements }) => statements.some(({ type }) => type === 'terminated'), { both: false });
  await site.stop();
  return stage.check('bundled and played, it records', () => {
    assert.deepEqual(types(withoutMilestones(xapi)), ['initialized', 'started', 'paused', 'terminated']);
    assert.match(JSON.stringify(xapi[0].document.actor), /554433/);
  });
};

export const play = async (stage) => {
  const folder = await mkdtemp(join(tmpdir(), 'e2e-consumer-'));
  try {
    await consume(stage, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await stage.checkPages();
};
