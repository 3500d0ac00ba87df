// @vitest-environment happy-dom
import { Window } from 'happy-dom';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { custom, track } from '../src/core.js';
import { CLEARED } from '../src/outbox/cleared.js';
import { createPage, originOf } from '../src/page.js';
import { fromMediaElement } from '../src/player/media-element.js';
import { track as trackOfMain } from '../src/track-to.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

// What document.querySelector() gives where the page asks too early.
test.each([null, undefined, {}, 'video'])('track(%j) names what it wants', (element) => {
  expect(() => track(element as never, { actor: 'anonymous', destinations: [custom({ endpoint: 'https://events.example/in' })] })).toThrow(/"element" should be a media element such as <video>, but is /);
});

test('what only holds a media element is none; a custom element that is not defined yet may be one', () => {
  const options = { actor: 'anonymous', destinations: [custom({ endpoint: 'https://events.example/in', auth: false })] } as const;
  expect(() => track(document.createElement('div'), options)).toThrow(/"element" should be a media element such as <video>, but is /);
  track(document.createElement('my-video'), options).dispose();
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
  ['null', 'file:///home/learner/page.html?token=secret', 'file:///'],
  ['null', 'data:text/html,<p>secret?</p>\n', 'data:text/html'],
])('of a page with the origin %s at %s, %s stands for it', (origin, baseURI, stands) => {
  vi.stubGlobal('origin', origin);
  vi.spyOn(document, 'baseURI', 'get').mockReturnValue(baseURI);
  expect(originOf()).toBe(stands);
});

// A tab that plays on behind is frozen long after it was hidden, and another may take its session over meanwhile.
test('a page that is frozen is told of as one that is hidden', () => {
  const life = new AbortController();
  const heard = vi.fn();
  createPage(() => undefined).onLife(heard, life.signal);
  document.dispatchEvent(new Event('freeze'));
  life.abort();
  document.dispatchEvent(new Event('freeze'));
  expect(heard.mock.calls).toEqual([['hide', true]]);
});

// A page may have one by script tag, and one in a bundle.
test('a denial is one for all copies of the plugin on a page', async () => {
  const { denials } = createPage(() => undefined);
  vi.resetModules();
  const copy = await import('../src/page.js');
  expect(copy.createPage).not.toBe(createPage);
  expect(copy.createPage(() => undefined).denials).toBe(denials);
});

test('a page hears that another has cleared all, and of nothing else that is written there', () => {
  const life = new AbortController();
  const heard = vi.fn();
  createPage(() => undefined).onWake(heard, life.signal);
  const write = (key: string | null, newValue: string | null) => window.dispatchEvent(Object.assign(new Event('storage'), { key, newValue }));
  write('cart', '1');
  write(null, null);
  write(CLEARED, null);
  expect(heard).not.toHaveBeenCalled();
  write(CLEARED, '0.5');
  expect(heard.mock.calls).toEqual([[{ cleared: true }]]);
  life.abort();
  write(CLEARED, '0.6');
  expect(heard).toHaveBeenCalledTimes(1);
});

describe('track() of the main entry', () => {
  const element = () => document.createElement('video');

  test('takes endpoints as a player does', async () => {
    const analytics = trackOfMain(element(), { actor: 'anonymous', xapi: { endpoint: 'https://lrs.example/xapi', auth: false }, destinations: [custom({ endpoint: 'https://events.example/in' })] });
    vi.stubGlobal('fetch', async () => new Response('[]'));
    expect((await analytics.check()).destinations.map(({ destination }) => destination)).toEqual(['xapi video-profile https://lrs.example/xapi', 'custom https://events.example/in']);
    analytics.dispose();
  });

  test.each<readonly [unknown, RegExp]>([
    [undefined, /"options" should be an object/],
    [{ actor: 'anonymous', xapi: { endpoint: 'nowhere' } }, /"xapi\./],
    [{ actor: 'anonymous', destinations: 'nowhere' }, /"destinations" should be an array/],
  ])('names what is wrong with %j', (options, words) => {
    expect(() => trackOfMain(element(), options as never)).toThrow(words);
  });

  test('and that of core says that it does not', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    track(element(), { actor: 'anonymous', destinations: [custom({ endpoint: 'https://events.example/in' })], xapi: { endpoint: 'https://lrs.example/xapi', auth: false } } as never).dispose();
    expect(warn.mock.calls.flat()).toContain('learningAnalytics: option "xapi" is not known and does nothing');
  });
});
