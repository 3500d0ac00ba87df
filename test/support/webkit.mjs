import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { findMiniBrowser } from './find-browser.mjs';
import { createPage } from './page.mjs';
import { spawnGroup } from './process-group.mjs';

// https://www.w3.org/TR/webdriver2/#keyboard-actions
const KEYS = {
  Alt: '\uE00A',
  ArrowDown: '\uE015',
  ArrowLeft: '\uE012',
  ArrowRight: '\uE014',
  ArrowUp: '\uE013',
  Control: '\uE009',
  End: '\uE010',
  Enter: '\uE007',
  Escape: '\uE00C',
  Home: '\uE011',
  Meta: '\uE03D',
  PageDown: '\uE00F',
  PageUp: '\uE00E',
  Shift: '\uE008',
  Tab: '\uE004',
};

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

// Xvfb picks a display that is free and writes its number to the descriptor it is given.
const startDisplay = async () => {
  const display = spawnGroup('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await Promise.race([
    new Promise((resolve) => display.child.stdio[3].once('data', (data) => resolve(String(data).trim()))),
    display.ended.then(() => null),
  ]);
  if (!number) throw new Error('Xvfb did not start.');
  return { ...display, name: `:${number}` };
};

const createWire = (base) => {
  let last = Promise.resolve();

  const request = async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      // An empty body has to be an object there.
      ...(method === 'POST' && { body: JSON.stringify(body ?? {}), headers: { 'Content-Type': 'application/json' } }),
      signal: AbortSignal.timeout(120_000),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  };

  // Which window a command is for is state of the session, so nothing may come between the choice and the command.
  const inTurn = (task) => {
    const turn = last.then(task);
    last = turn.catch(() => {});
    return turn;
  };
  return { request, inTurn };
};

// The driver reports no console and takes no script for new documents, and in its private mode WebKit prints none either.
// So the console is listened to from the first evaluation in a document on.
const LISTEN = `if (!window.drivenLogs) {
  const logs = (window.drivenLogs = []);
  for (const type of ['debug', 'error', 'info', 'log', 'warn']) {
    const original = console[type];
    console[type] = (...values) => {
      logs.push({ type, text: values.map(String).join(' ') });
      original.apply(console, values);
    };
  }
  addEventListener('error', ({ message, error }) => logs.push({ type: 'pageerror', text: String(error?.message ?? message) }));
  addEventListener('unhandledrejection', ({ reason }) => logs.push({ type: 'pageerror', text: String(reason?.message ?? reason) }));
}`;

const toPage = (wire, session, handle) => {
  const logs = [];
  let count = 0;
  const here = (method, path, body) =>
    wire.inTurn(async () => {
      await wire.request('POST', `${session}/window`, { handle });
      return wire.request(method, `${session}${path}`, body);
    });
  const script = (source) => here('POST', '/execute/sync', { script: source, args: [] });
  // The driver's own asynchronous scripts never come back when the page goes, and let no other command pass meanwhile.
  const evaluate = async (expression) => {
    const slot = `results[${(count += 1)}]`;
    await script(`${LISTEN} const results = (window.drivenResults ??= {}); ${slot} = {}; ${expression}.then((value) => { ${slot}.value = value; });`);
    for (;;) {
      const answer = await script(`const results = window.drivenResults; return results && ${slot} && { ...${slot}, logs: window.drivenLogs.splice(0) };`);
      if (!answer) throw new Error('The page went away.');
      logs.push(...answer.logs);
      if (answer.value !== undefined) return answer.value;
      await pause(20);
    }
  };
  const act = (type, id, action, more = {}) => here('POST', '/actions', { actions: [{ type, id, ...more, actions: [action] }] });
  const mouse = (action) => act('pointer', 'mouse', action, { parameters: { pointerType: 'mouse' } });
  const key = (type, value) => act('key', 'keyboard', { type, value: KEYS[value] ?? value });

  return createPage(
    {
      goto: (url) => here('POST', '/url', { url }),
      evaluate,
      mouseMove: (x, y) => mouse({ type: 'pointerMove', x: Math.round(x), y: Math.round(y), duration: 0, origin: 'viewport' }),
      mouseDown: () => mouse({ type: 'pointerDown', button: 0 }),
      mouseUp: () => mouse({ type: 'pointerUp', button: 0 }),
      keyDown: (name) => key('keyDown', name),
      keyUp: (name) => key('keyUp', name),
      screenshot: async (path) => writeFile(path, Buffer.from(await here('GET', '/screenshot'), 'base64')),
      close: () => here('DELETE', '/window'),
    },
    logs,
  );
};

const untilReady = async (wire, driver) => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      if ((await wire.request('GET', '/status')).ready) return;
    } catch {
      // Not listening yet.
    }
    if (Date.now() > deadline || driver.child.exitCode !== null) throw new Error('WebKitWebDriver did not start.');
    await pause(50);
  }
};

export const start = async ({ path, args }) => {
  const binary = findMiniBrowser();
  if (!binary) throw new Error("WebKit's MiniBrowser was not found: on Debian it comes with webkit2gtk-driver.");
  const display = await startDisplay();
  const port = await freePort();
  const driver = spawnGroup(path, [`--port=${port}`, '--host=127.0.0.1'], {
    env: { ...process.env, DISPLAY: display.name, LIBGL_ALWAYS_SOFTWARE: '1' },
    stdio: 'ignore',
  });
  const kill = () => Promise.all([driver.kill(), display.kill()]);
  const wire = createWire(`http://127.0.0.1:${port}`);
  try {
    await untilReady(wire, driver);
    const { sessionId, capabilities } = await wire.request('POST', '/session', {
      capabilities: {
        alwaysMatch: {
          timeouts: { script: 60_000 },
          'webkitgtk:browserOptions': { binary, args: ['--automation', ...args] },
        },
      },
    });
    const session = `/session/${sessionId}`;
    let unused = await wire.request('GET', `${session}/window`);
    return {
      version: capabilities.browserVersion,
      newPage: async () => {
        const handle = unused ?? (await wire.request('POST', `${session}/window/new`, { type: 'window' })).handle;
        unused = null;
        await wire.request('POST', `${session}/window`, { handle });
        await wire.request('POST', `${session}/window/rect`, { x: 0, y: 0, width: 1280, height: 800 });
        return toPage(wire, session, handle);
      },
      close: async () => {
        await wire.request('DELETE', session).catch(() => {});
        await kill();
      },
      kill,
    };
  } catch (error) {
    await kill();
    throw error;
  }
};
