import { launch } from 'puppeteer-core';
import { createPage } from './page.mjs';
import { killGroup } from './process-group.mjs';

const PREFERENCES = {
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.volume_scale': '0.0',
};

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
      setOffline: async (offline) => {
        const { browsingContext } = page.mainFrame();
        await browsingContext.userContext.browser.session.send('emulation.setNetworkConditions', {
          networkConditions: offline ? { type: 'offline' } : null,
          contexts: [browsingContext.id],
        });
      },
      bringToFront: () => page.bringToFront(),
      close: () => page.close(),
    },
    logs,
  );
};

export const start = async ({ path, profile, args, preferences }) => {
  const browser = await launch({
    browser: 'firefox',
    executablePath: path,
    userDataDir: profile,
    extraPrefsFirefox: { ...PREFERENCES, ...preferences },
    args: ['--width=1280', '--height=800', ...args],
    defaultViewport: null,
  });
  const child = browser.process();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    version: (await browser.version()).replace(/^\D+/, ''),
    newPage: async () => toPage(await browser.newPage()),
    close: async () => {
      await browser.close();
      await ended;
    },
    kill: () => killGroup(child, ended),
  };
};
