import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { createPage } from './page.mjs';
import { spawnGroup } from './process-group.mjs';

const ARGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--mute-audio',
  '--window-size=1280,800',
  '--remote-debugging-port=0',
];

const debuggerUrl = (child) =>
  new Promise((resolve, reject) => {
    let output = '';
    child.stderr.on('data', (chunk) => {
      if (output === null) return;
      output += chunk;
      const [, url] = /DevTools listening on (ws:\S+)/.exec(output) ?? [];
      if (!url) return;
      output = null;
      resolve(url);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Chromium ended with ${code}.\n${output}`)));
  });

const toPage = (page) => {
  const logs = [];
  page.on('console', (message) => logs.push({ type: message.type().replace('warning', 'warn'), text: message.text() }));
  page.on('pageerror', (error) => logs.push({ type: 'pageerror', text: error.message.replace(/^Error: /, '') }));
  return createPage(
    {
      goto: async (url) => void (await page.goto(url)),
      evaluate: (expression) => page.evaluate(expression),
      mouseMove: (x, y) => page.mouse.move(x, y),
      mouseDown: () => page.mouse.down(),
      mouseUp: () => page.mouse.up(),
      keyDown: (key) => page.keyboard.down(key),
      keyUp: (key) => page.keyboard.up(key),
      screenshot: async (path) => void (await page.screenshot({ path })),
      setOffline: (offline) => page.context().setOffline(offline),
      setQuota: async (quotaSize) => {
        const session = await page.context().newCDPSession(page);
        await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize });
      },
      bringToFront: () => page.bringToFront(),
      close: () => page.close(),
    },
    logs,
  );
};

// Started here rather than by Playwright, which gives no way to kill a browser that has a profile of its own.
export const start = async ({ path, profile, args, preferences }) => {
  if (preferences) {
    await mkdir(join(profile, 'Default'), { recursive: true });
    await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  }
  const { child, ended, kill } = spawnGroup(path, [...ARGS, `--user-data-dir=${profile}`, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const browser = await chromium.connectOverCDP(await debuggerUrl(child));
    return {
      version: browser.version(),
      newPage: async () => toPage(await browser.contexts()[0].newPage()),
      close: async () => {
        const session = await browser.newBrowserCDPSession();
        await session.send('Browser.close').catch(() => {});
        await ended;
      },
      kill,
    };
  } catch (error) {
    await kill();
    throw error;
  }
};
