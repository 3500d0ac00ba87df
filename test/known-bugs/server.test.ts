import { expect, test } from 'vitest';

// Next.js #4683, #61740: "window is not defined" as soon as a plugin was imported on the server.
test.each(['core', 'index', 'launch/launch', 'kaltura/kaltura'])('%s can be imported where there is no window', async (entry) => {
  expect(typeof window).toBe('undefined');
  const { VERSION } = await import('../../src/version.js');
  const exported = await import(new URL(`../../src/${entry}.ts`, import.meta.url).href);
  expect(VERSION).toBeTypeOf('string');
  expect(Object.keys(exported).length).toBeGreaterThan(0);
});
