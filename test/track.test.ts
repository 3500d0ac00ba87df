// @vitest-environment happy-dom
import { Window } from 'happy-dom';
import { afterEach, expect, test, vi } from 'vitest';
import { custom, track } from '../src/core.js';
import { originOf } from '../src/page.js';
import { fromMediaElement } from '../src/player/media-element.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

// What document.querySelector() gives where the page asks too early.
test.each([null, undefined, {}, 'video'])('track(%j) names what it wants', (element) => {
  expect(() => track(element as never, { actor: 'anonymous', destinations: [custom({ endpoint: 'https://events.example/in' })] })).toThrow(/"element" should be a media element such as <video>, but is /);
});

test('an element of a frame, which has classes of its own, is one', () => {
  const audio = new Window().document.createElement('audio');
  expect(fromMediaElement(audio as never).kind()).toEqual({ type: 'audio' });
});

test('a text track of which nobody says the language is in some', () => {
  const media = Object.assign(new EventTarget(), { textTracks: [{ kind: 'captions', mode: 'showing' }] });
  expect(fromMediaElement(media as never).read().captions).toBe('und');
});

// Its address may have come with a token.
test.each([
  ['https://campus.example', 'about:srcdoc', 'https://campus.example'],
  ['null', 'https://campus.example:8080/launch?token=secret#top', 'https://campus.example:8080'],
  ['null', 'file:///home/learner/page.html?token=secret', 'file:///home/learner/page.html'],
  ['null', 'data:text/html,<p>secret?</p>\n', 'data:text/html'],
])('of a page with the origin %s at %s, %s stands for it', (origin, baseURI, stands) => {
  vi.stubGlobal('origin', origin);
  vi.spyOn(document, 'baseURI', 'get').mockReturnValue(baseURI);
  expect(originOf()).toBe(stands);
});
