import { setTimeout as pause } from 'node:timers/promises';

/**
 * What an engine has to offer for a page. Everything else is made of it here, so that a test reads the same in all three.
 *
 * @typedef {object} Driver
 * @property {(url: string) => Promise<void>} goto
 * @property {(expression: string) => Promise<unknown>} evaluate settles a promise before it answers
 * @property {(x: number, y: number) => Promise<void>} mouseMove
 * @property {() => Promise<void>} mouseDown
 * @property {() => Promise<void>} mouseUp
 * @property {(key: string) => Promise<void>} keyDown
 * @property {(key: string) => Promise<void>} keyUp
 * @property {(path: string) => Promise<void>} screenshot
 * @property {(offline: boolean) => Promise<void>} [setOffline]
 * @property {(bytes: number) => Promise<void>} [setQuota] how much the origin may store
 * @property {() => Promise<void>} [bringToFront] where a page in another tab is hidden
 * @property {() => Promise<void>} close
 */

/** @typedef {{ type: string, text: string }} Log `type` as console names it, or `pageerror` */

class PageError extends Error {}

const expressionOf = (fnOrString, args) =>
  typeof fnOrString === 'function' ? `(${fnOrString})(${args.map((value) => JSON.stringify(value) ?? 'undefined').join(', ')})` : fnOrString;

// Engines differ in what they make of undefined, NaN and errors. JSON made in the page leaves no room for that.
const wrap = (expression) => `(async () => {
  try {
    return JSON.stringify({ value: await (${expression}) });
  } catch (error) {
    return JSON.stringify({ error: String(error?.message ?? error), stack: String(error?.stack ?? '') });
  }
})()`;

const poll = (expression, milliseconds) => `(async () => {
  const end = performance.now() + ${milliseconds};
  for (;;) {
    const value = await (${expression});
    if (value || performance.now() > end) return value || null;
    // No frames are drawn in a hidden page.
    await new Promise((next) => { requestAnimationFrame(next); setTimeout(next, 50); });
  }
})()`;

/**
 * @param {Driver} driver
 * @param {Log[]} logs
 */
export const createPage = (driver, logs) => {
  const run = async (expression) => {
    const { value, error, stack } = JSON.parse(/** @type {string} */ (await driver.evaluate(wrap(expression))));
    if (error !== undefined) throw new PageError(`In the page: ${error}\n${stack}`);
    return value;
  };

  return {
    /** @type {Log[]} what the console and uncaught errors said, in order */
    logs,
    goto: (url) => driver.goto(url),

    /** Run an expression, or a function with arguments that JSON can hold, and answer with what JSON keeps of the result. */
    evaluate: (fnOrString, ...args) => run(expressionOf(fnOrString, args)),

    /** Wait until a function of the page answers with something truthy, through reloads too, and answer with that. */
    waitFor: async (fnOrString, { timeout = 10_000, args = [] } = {}) => {
      const expression = expressionOf(fnOrString, args);
      const end = Date.now() + timeout;
      for (;;) {
        const slice = Math.min(Math.max(0, end - Date.now()), 500);
        try {
          // Firefox never answers for a page that went into its back-forward cache, so no question is left open for long.
          const value = await Promise.race([run(poll(expression, slice)), pause(slice + 1000, null, { ref: false })]);
          if (value) return value;
        } catch (error) {
          // The page was replaced meanwhile: ask the new one.
          if (error instanceof PageError || Date.now() >= end) throw error;
          await pause(50);
        }
        if (Date.now() >= end) throw new Error(`Not within ${timeout} ms: ${fnOrString}`);
      }
    },

    mouse: {
      move: driver.mouseMove,
      down: driver.mouseDown,
      up: driver.mouseUp,
      click: async (x, y) => {
        await driver.mouseMove(x, y);
        await driver.mouseDown();
        await driver.mouseUp();
      },
    },

    keyboard: {
      /** A key by its `KeyboardEvent.key`, with modifiers in front: `k`, `ArrowRight`, `Shift+ArrowLeft`. */
      press: async (key) => {
        const keys = key.split(/(?<=.)\+/).map((name) => (name === 'Space' ? ' ' : name));
        for (const name of keys) await driver.keyDown(name);
        for (const name of keys.toReversed()) await driver.keyUp(name);
      },
    },

    screenshot: (path) => driver.screenshot(path),
    canGoOffline: Boolean(driver.setOffline),
    setOffline: async (offline) => {
      if (!driver.setOffline) throw new Error('This engine has no switch for the network: use /control/outage of the demo server.');
      await driver.setOffline(offline);
    },
    setQuota: async (bytes) => driver.setQuota?.(bytes),
    bringToFront: async () => driver.bringToFront?.(),
    close: () => driver.close(),
  };
};
