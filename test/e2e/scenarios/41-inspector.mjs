import assert from 'node:assert/strict';
import { startAnnex } from '../support/annex.mjs';

export const title = 'The inspector: what is recorded and what becomes of it, in the page';

export const play = async (stage) => {
  const annex = await startAnnex(stage.demo);
  try {
    await inspected(stage, annex.url);
  } finally {
    await annex.stop();
  }
};

const inspected = async (stage, origin) => {
  const page = await stage.open('inspector', { origin, home: origin });
  await page.waitFor(() => window.isReady && window.lecture.readyState >= 3);
  /** What a developer reads in the panel. */
  const read = () =>
    page.evaluate(() => {
      const { shadowRoot } = window.panel.firstElementChild ?? {};
      return shadowRoot && {
        lines: [...shadowRoot.querySelectorAll('summary')].map(({ children }) => [...children].slice(1).map(({ textContent }) => textContent)).reverse(),
        waiting: shadowRoot.querySelector('output').textContent,
        said: shadowRoot.querySelector('[role=status]').textContent,
        fraction: shadowRoot.querySelector('meter').value,
        isStyled: getComputedStyle(shadowRoot.querySelector('header')).display === 'flex',
      };
    });
  const press = (name) =>
    page.evaluate((wanted) => [...window.panel.firstElementChild.shadowRoot.querySelectorAll('button')].find(({ textContent }) => textContent === wanted).click(), name);

  await page.evaluate(() => void window.lecture.play());
  await page.waitFor(() => window.lecture.currentTime > 1);
  await page.evaluate(() => window.lecture.pause());
  await page.waitFor(() => [...window.panel.firstElementChild.shadowRoot.querySelectorAll('li')].some((line) => /paused.*delivered ×2/.test(line.textContent)));
  await page.waitFor(() => window.panel.firstElementChild.shadowRoot.querySelector('output').textContent === '0 waiting');
  await page.waitFor(() => window.panel.firstElementChild.shadowRoot.querySelector('meter').value > 0.1);

  await stage.check('each event with where it happened and how far it has come', async () => {
    const { lines, fraction, isStyled } = await read();
    assert.deepEqual(lines.map(([type]) => type), ['initialized', 'started', 'progressed', 'paused']);
    assert.deepEqual(lines.map(([, , state]) => state), ['delivered', 'delivered ×2', 'delivered ×2', 'delivered ×2']);
    assert.match(lines[2][1], /^at 0(\.\d)? s · 0 percent$/);
    assert.ok(fraction > 0.1 && fraction < 0.5, `watched ${fraction}`);
    assert.ok(isStyled, 'it has its style also where the page allows no inline one');
  });
  await stage.check('opened, an event shows all that was kept of it', async () => {
    const kept = await page.evaluate(() => JSON.parse(window.panel.firstElementChild.shadowRoot.querySelector('li pre').textContent));
    assert.equal(kept.type, 'paused');
    assert.ok(kept.progress.segments.length === 1 && kept.player.rate === 1);
  });
  await stage.check('Check and Flush say in words how things are', async () => {
    await press('Check');
    await page.waitFor(() => /xapi.*in order\ncaliper.*in order/.test(window.panel.firstElementChild.shadowRoot.querySelector('[role=status]').textContent));
    await press('Flush');
    await page.waitFor(() => window.panel.firstElementChild.shadowRoot.querySelector('[role=status]').textContent === '0 delivered, 0 rejected, 0 waiting');
  });
  await stage.check('closed, it is gone, and the record goes on', async () => {
    await page.evaluate(() => window.close());
    assert.equal(await read(), undefined);
    await page.goto('about:blank');
    await stage.checkRecord(await stage.arrived(), { mayRepeat: true });
  });
  await stage.checkPages();
};
