import { startDemo } from '../../demo/server.mjs';
import { findBrowser, launch } from './browsers.mjs';

// Shows that each engine on this machine can be driven and plays the sample: `node test/support/browsers.smoke.mjs [kind …]`

const playTwoSeconds = async (url, kind) => {
  const { path, reason } = await findBrowser(kind, { install: true });
  if (!path) throw new Error(reason ?? kind);
  const browser = await launch(kind, { path });
  try {
    const page = await browser.newPage();
    await page.goto(`${url}/test/smoke.html`);
    await page.waitFor(() => window.player?.readyState() >= 3);
    await page.evaluate(() => window.player.play());
    await page.waitFor(() => window.player.currentTime() > 2, { timeout: 20_000 });
    await page.mouse.click(200, 150);
    await page.waitFor(() => window.player.paused());
    const state = await page.evaluate(() => ({ at: window.player.currentTime(), length: window.player.duration() }));
    const problems = page.logs.filter(({ type }) => type === 'pageerror' || type === 'error');
    return `${kind} ${browser.version}: played to ${state.at.toFixed(2)} s of ${state.length} s${problems.map(({ text }) => `\n  ${text}`).join('')}`;
  } finally {
    await browser.close();
  }
};

const kinds = process.argv.slice(2);
const demo = await startDemo();
for (const kind of kinds.length > 0 ? kinds : ['chromium', 'firefox', 'webkit']) {
  try {
    console.log(await playTwoSeconds(demo.url, kind));
  } catch (error) {
    process.exitCode = 1;
    console.log(`${kind}: ${error.message}`);
  }
}
await demo.stop();
