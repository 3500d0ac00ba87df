import { PLACES } from './to-caliper.js';

/**
 * The events with their entities as IRIs, each described ahead of the first event that has it, and once more ahead of
 * one that describes it otherwise than the events before. What one event describes in two ways stands in it in one of them.
 */
export function thinned(documents: readonly string[], context: string): string[] {
  const described: { [id: string]: string } = {};
  return documents.flatMap((document) => {
    const event = JSON.parse(document);
    const fresh: string[] = [];
    const here: typeof described = {};
    for (const place of ['actor', 'object', ...Object.keys(PLACES)]) {
      const { id } = event[place] ?? {};
      // Nobody in particular is described where they stand (Caliper 1.2 §Anonymous Entities).
      if (!id || /^http:\/\/purl\.imsglobal\.org\/caliper\//.test(id)) continue;
      const description = JSON.stringify({ '@context': context, ...event[place] });
      if ((here[id] ??= description) !== description) continue;
      if (described[id] !== description) fresh.push((described[id] = description));
      event[place] = id;
    }
    return [...fresh, JSON.stringify(event)];
  });
}
