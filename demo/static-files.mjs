import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { problem, send } from './http.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.m4a': 'audio/mp4',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
  '.vtt': 'text/vtt; charset=utf-8',
  '.webm': 'video/webm',
};

/** The bytes asked for, `null` for all of them, or `undefined` for a range outside the file. */
const rangeOf = (header, size) => {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (!from && !to) return null;
  const start = from ? Number(from) : Math.max(0, size - Number(to));
  const end = from && to ? Math.min(Number(to), size - 1) : size - 1;
  return start > end ? undefined : { start, end };
};

/**
 * Answer with a file. Seeking in a video needs ranges, without which Chromium and WebKit stay where they are.
 *
 * @param {string} folder
 * @param {string} path as it stands in the URL
 * @param {Record<string, string>} [headers]
 */
export const sendFile = async (request, response, folder, path, headers = {}) => {
  const notFound = () => send(response, problem(404, 'Not Found', `No file at ${request.url}.`));
  let file;
  try {
    file = join(folder, decodeURIComponent(path));
  } catch {
    return notFound();
  }
  const type = TYPES[extname(file)];
  const found = type && file.startsWith(folder + sep) ? await stat(file).catch(() => null) : null;
  if (!found?.isFile()) return notFound();

  const range = rangeOf(request.headers.range, found.size);
  if (range === undefined) {
    return send(response, { status: 416, headers: { 'Content-Range': `bytes */${found.size}` } });
  }
  const { start, end } = range ?? { start: 0, end: found.size - 1 };
  response.writeHead(range ? 206 : 200, {
    'Content-Type': type,
    'Content-Length': end - start + 1,
    'Accept-Ranges': 'bytes',
    // A rebuilt file shows at the next load, and a page may still be kept in the back-forward cache, unlike with no-store.
    'Cache-Control': 'no-cache',
    ...(range && { 'Content-Range': `bytes ${start}-${end}/${found.size}` }),
    ...headers,
  });
  if (request.method === 'HEAD' || found.size === 0) return response.end();
  // A player drops its connection at each seek.
  await pipeline(createReadStream(file, { start, end }), response).catch(() => {});
};
