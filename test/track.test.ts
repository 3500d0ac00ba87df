// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { custom, track } from '../src/core.js';

// What document.querySelector() gives where the page asks too early.
test.each([null, undefined, {}, 'video'])('track(%j) names what it wants', (element) => {
  expect(() => track(element as never, { actor: 'anonymous', destinations: [custom({ endpoint: 'https://events.example/in' })] })).toThrow(/"element" should be a media element such as <video>, but is /);
});
