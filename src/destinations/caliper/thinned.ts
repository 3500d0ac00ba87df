import { PLACES } from './to-caliper.js';

/**
 * The events with their entities as IRIs, described once ahead of them: once more where an event describes one
 * otherwise than the events before it.
 */
export function thinned(documents: readonly string[], context: string): string[] {
  const described = new Set<string>();
  const events = documents.map((document) => {
    const event = JSON.parse(document);
    for (const place of ['actor', 'object', ...Object.keys(PLACES)]) {
      const { id } = event[place] ?? {};
      if (!id) continue;
      described.add(JSON.stringify({ '@context': context, ...event[place] }));
      event[place] = id;
    }
    return JSON.stringify(event);
  });
  return [...described, ...events];
}
