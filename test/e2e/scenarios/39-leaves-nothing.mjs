import assert from 'node:assert/strict';

export const title = 'Set up, disposed of, set up again: nothing stays behind';

export const play = async (stage) => {
  const page = await stage.open('leaves-nothing');
  await page.waitFor(() => window.player?.readyState() >= 3 && window.plain.readyState >= 3);
  const times = (type) => page.waitFor((...wanted) => window.recorded.filter((event) => event.type === wanted[0]).length >= wanted[1], { args: [type, 1] });
  const listeners = () => page.evaluate(() => window.held.listeners());

  for (const name of ['plugin', 'track']) {
    await page.evaluate((it) => {
      if (it === 'plugin') {
        window.player.playbackRate(2);
        return window.player.play();
      }
      window.player.dispose();
      return window.plain.play();
    }, name);
    const before = await listeners();
    const observers = await page.evaluate(() => window.held.observers());
    const sessions = [];
    for (let round = 0; round < 2; round += 1) {
      await page.evaluate((it) => {
        window.recorded.length = 0;
        window.begin(it);
      }, name);
      await times('started');
      assert.ok((await listeners()).length > before.length + 5, 'while it is there, it listens');
      await page.evaluate((it) => {
        if (it === 'plugin') window.player.volume(0.2 + Math.random() / 2);
        else window.plain.volume = 0.2 + Math.random() / 2;
      }, name);
      await times('volumeChanged');
      // A seek is under way when it goes: far from where the round before left it, since a seek to where it is anyway is none.
      await page.evaluate((it, to) => {
        if (it === 'plugin') window.player.currentTime(to);
        else window.plain.currentTime = to;
        window.analytics.dispose();
      }, name, [12, 3][round]);
      sessions.push(await page.evaluate(() => window.recorded.map(({ type }) => type)));
      await page.waitFor((count) => window.held.listeners().length <= count, { args: [before.length], timeout: 5000 }).catch(() => {});
      const after = await listeners();
      await stage.check(`${name}, round ${round + 1}: no listener and no observer is left`, async () => {
        assert.deepEqual(after.filter((listener) => !before.includes(listener)), []);
        assert.deepEqual(before.filter((listener) => !after.includes(listener)), [], 'nor is somebody else’s gone');
        assert.equal(await page.evaluate(() => window.held.observers()), observers);
      });
    }
    await stage.check(`${name}: set up again, it begins anew and tells each thing once`, () => {
      for (const types of sessions) {
        assert.deepEqual(types.filter((type) => type !== 'progressed'), ['initialized', 'started', 'volumeChanged', 'seeked', 'paused', 'terminated']);
      }
    });
  }
  await stage.checkPages();
};
