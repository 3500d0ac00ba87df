import { givenBy } from '../given-by.js';
import { plain } from '../plain.js';
import { clean } from './clean.js';
import type { Auth, Destination } from './destination.js';
import type { EndpointOptions } from './endpoint-options.js';
import { isWanted } from './is-wanted.js';
import { mergedHeaders } from './merged-headers.js';

/** A destination as a standard has it. */
type Standard = Omit<Destination, 'auth'> & { /** Its documents are JSON-LD. */ readonly linked?: boolean };

/**
 * The destination that an endpoint of a standard is. `versions`, the default one first, are told apart in an endpoint's
 * description of itself by their first four characters; `speak` is given the one that is spoken at the time.
 */
export function endpoint<Document>(
  options: Omit<EndpointOptions<string, Document>, 'version'> & { readonly version?: string | undefined; readonly auth: Auth },
  [spoken, other]: readonly [string, string],
  speak: (version: () => string) => Standard,
): Destination {
  const { version, events, beforeSend, auth, credentials } = options;
  const swap = () => {
    [spoken, other] = [other, spoken];
  };
  if (version === other) swap();
  const standard = speak(() => spoken);
  // What was accepted once stays, and so does what was asked for.
  let unsure = version === 'auto' || (!version && !!standard.asVersion);

  const destination: Destination & { maxBytes?: number | undefined } = {
    ...standard,
    about: version === 'auto' ? (standard.about ?? standard.url) : undefined,
    auth,
    ...(credentials && { credentials }),
    map(event, actor) {
      const document = clean((isWanted(event, events) && standard.map(event, actor)) || {}, standard.linked);
      if (!document || !beforeSend) return document;
      return givenBy('beforeSend', beforeSend(document as Document, plain(event)) as object | null | undefined);
    },
    headers: () => mergedHeaders({ 'Content-Type': 'application/json', ...standard.headers() }, options.headers ?? {}),
    judge(answer, count, sent) {
      const meant = standard.judge(answer, count, sent);
      if (meant === 'stored') unsure = false;
      // Endpoints say in too many ways that it is the version they refuse, and often where CORS hides it: try, unless it names this one.
      const named = answer.header('x-experience-api-version')?.slice(0, 3) === spoken.slice(0, 3);
      return version && unsure && meant === 'refused' && answer.status !== 413 && !named ? 'version' : meant;
    },
    negotiate() {
      if (unsure) swap();
      return unsure;
    },
    applyConfiguration(configuration) {
      let versions = '';
      // Others may tell of the version of anything.
      for (const [name, value] of Object.entries(Object(configuration))) if (/^(caliper_?supported_?)?versions?$/i.test(name)) versions += JSON.stringify(value);
      const speaks = (name: string) => versions.includes(name.slice(0, 4));
      // In kilobytes. Caliper's prose and its own sample spell the name differently, but for this.
      const [, limit] = /payload_?size":"?([\d.e+]+)/i.exec(`${JSON.stringify(configuration)}`) ?? [];
      if (limit) destination.maxBytes = +limit * 1000;
      if (unsure && !speaks(spoken) && speaks(other)) swap();
      // What it says it speaks it does not refuse.
      if (speaks(spoken)) unsure = false;
    },
  };
  return destination;
}
