import { readFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { send, serve } from '../../../demo/http.mjs';
import { sendFile } from '../../../demo/static-files.mjs';
import { TABLE } from './received.mjs';

const HLS = 'application/vnd.apple.mpegurl';

// What only these scenarios make happen.
Object.assign(TABLE, {
  resolutionChanged: ['ChangedResolution', 'interacted'],
  sizeChanged: ['ChangedSize', 'interacted'],
  popoutOpened: ['OpenedPopout', 'interacted'],
  popoutClosed: ['ClosedPopout', 'interacted'],
});

const root = fileURLToPath(new URL('../../..', import.meta.url));
const media = join(root, 'test/e2e/media');

const NODE_MODULES = '/node_modules/';

/** Where a package's module is served: the same place for everybody who imports it. */
const place = (id) => {
  const file = fileURLToPath(import.meta.resolve(id));
  return file.includes(NODE_MODULES) ? `/modules/packages/${file.slice(file.lastIndexOf(NODE_MODULES) + NODE_MODULES.length)}` : `/modules/${relative(root, file)}`;
};

/** An ES module whose imports a browser understands. */
const link = (code) => code.replace(/^((?:import|export|\})[^"'\n]*)(["'])([@\w][^"'\n]*)\2/gm, (_, head, quote, id) => head + quote + place(id) + quote);

/** A playlist's pieces of two seconds each, and what stands above them. */
const piecesOf = (file) => {
  const [head, ...pieces] = readFileSync(join(media, file), 'utf8').split(/(?=#EXTINF)/);
  return { head, pieces };
};

/** The low rendition with two seconds missing. */
const gap = () => {
  const { head, pieces } = piecesOf('low.m3u8');
  return head + pieces.filter((_, at) => at !== 2).join('');
};

/** Both renditions, of the high one a piece is missing: the engine gives it up for a while. */
const broken = () => readFileSync(join(media, 'lecture.m3u8'), 'utf8').replace('high.m3u8', 'broken-high.m3u8');
const brokenHigh = () => {
  const { head, pieces } = piecesOf('high.m3u8');
  return head + pieces.map((piece, at) => (at === 2 ? piece.replace('high.mp4', 'missing.mp4') : piece)).join('');
};

/** The low rendition as if it were made just now: so many pieces are kept, and each two seconds there is another. */
const createLive = (kept) => {
  const began = Date.now();
  const { head, pieces } = piecesOf('low.m3u8');
  return () => {
    const past = Math.min(Math.floor((Date.now() - began) / 2000), pieces.length - kept);
    const list = head.replace(/#EXT-X-PLAYLIST-TYPE.*\n/, '').replace('SEQUENCE:0', `SEQUENCE:${past}`) + pieces.slice(past, past + kept).join('');
    return list.replaceAll('low.mp4', '/hls/low.mp4').replace('#EXT-X-ENDLIST\n', '');
  };
};

/**
 * A second site beside the demo's: packages, ES modules of packages, HLS and live streams. What it does not know itself, the demo answers,
 * so that the endpoints are of the same origin.
 */
export const startAnnex = async (demo) => {
  const streams = new Map();
  const answer = {
    packages: (request, response, path) => sendFile(request, response, join(root, 'node_modules'), path),
    hls(request, response, path) {
      if (!path.endsWith('.m3u8')) return sendFile(request, response, media, path);
      const made = { 'gap.m3u8': gap, 'broken.m3u8': broken, 'broken-high.m3u8': brokenHigh };
      return text(response, HLS, made[path]?.() ?? readFileSync(join(media, path), 'utf8'));
    },
    /** `live/<how many pieces>/<any name>.m3u8`: each name is a stream of its own. */
    live: (_, response, path) => {
      if (!streams.has(path)) streams.set(path, createLive(Number(path.split('/')[0])));
      text(response, HLS, streams.get(path)());
    },
    /** The same files with whole addresses in their imports. */
    modules(_, response, path) {
      const [first, ...rest] = path.split('/');
      const folders = { packages: 'node_modules', dist: 'dist', test: 'test/e2e/pages' };
      text(response, 'text/javascript', link(readFileSync(join(root, folders[first], ...rest), 'utf8')));
    },
  };
  const text = (response, type, body) => send(response, { status: 200, headers: { 'Content-Type': type, 'Cache-Control': 'no-store' }, body });

  const pass = (request, response) => {
    const through = ask(demo.url + request.url, { method: request.method, headers: request.headers }, (from) => {
      response.writeHead(from.statusCode, from.headers);
      from.pipe(response);
    });
    through.on('error', () => response.destroy());
    response.on('close', () => through.destroy());
    request.pipe(through);
  };

  return serve(async (request, response) => {
    const [, first, ...rest] = new URL(request.url, 'http://127.0.0.1').pathname.split('/');
    try {
      if (first in answer) await answer[first](request, response, rest.join('/'));
      else pass(request, response);
    } catch (error) {
      send(response, { status: 500, headers: { 'Content-Type': 'text/plain' }, body: error.stack });
    }
  });
};
