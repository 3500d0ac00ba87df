// Scenarios in which there is no network, or hardly any.

export const network = [
  {
    name: 'offline from the start',
    short: true,
    async run(stage) {
      const page = await stage.open();
      if (page.canGoOffline) await page.setOffline(true);
      else stage.proxy.down = true;
      await stage.emit(page, 120);
      await stage.pause(500);
      if (stage.proxy.state.attempts > 0) throw new Error('The proxy was asked while the page was offline');
      if (page.canGoOffline) await page.setOffline(false);
      else stage.proxy.down = false;
      await stage.drain(page);
    },
  },
  {
    name: 'flapping every 200 ms',
    async run(stage) {
      const page = await stage.open();
      let on = true;
      const flap = setInterval(() => {
        on = !on;
        stage.proxy.down = on;
      }, 200);
      // Answers come late enough to be cut off often.
      stage.proxy.fault = ({ ids }) => (ids.length > 0 ? { after: 60 } : undefined);
      try {
        for (let i = 0; i < 10; i += 1) {
          await stage.emit(page, 30);
          await page.evaluate(() => window.analytics.flush());
        }
      } finally {
        clearInterval(flap);
        stage.proxy.heal();
      }
      await stage.drain(page, 60_000);
    },
  },
];
