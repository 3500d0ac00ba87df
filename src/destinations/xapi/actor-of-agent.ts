import type { Actor } from '../../events.js';
import type { Agent } from './statement.js';
import { encoded, isEmail, isIri } from '../iri.js';
import { uuidV5 } from './uuid-v5.js';

/** Somebody whom xAPI names: the agent as the record store knows it, and the actor for everything else. */
export interface Named {
  readonly agent: Agent;
  readonly actor: Actor;
}

/** Of RFC 9562 §6.6, for URLs. */
const URLS = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';

type Given = { readonly [name: string]: unknown };

// Tin Can 0.95 had lists, and other names in an account.
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/**
 * @param json the parameter `actor` of a launch, or an agent of a statement
 * @throws {TypeError} where it names nobody
 */
export function actorOfAgent(json: string | null): Named {
  let given: Given = {};
  try {
    given = JSON.parse(json!) ?? {};
  } catch {
    // Said below.
  }
  const [name, mbox, sha1, openid] = ['name', 'mbox', 'mbox_sha1sum', 'openid'].map((member) => first(given[member])).map((one) => (typeof one === 'string' ? one : undefined));
  const found = first(given['account']) as Given | undefined;
  const account = found && { homePage: (found['homePage'] ?? found['accountServiceHomePage']) as string, name: `${found['name'] ?? found['accountName'] ?? ''}` };
  const identity: Agent | undefined = isIri(account?.homePage) && account!.name ? { account: account! } : /^mailto:("[^"]+"|[^\s@]+)@[^\s@]+$/i.test(mbox!) ? { mbox: mbox!.replace(/mailto/i, 'mailto') } : /^[\da-f]{40}$/i.test(sha1!) ? { mbox_sha1sum: sha1! } : isIri(openid) ? { openid: openid! } : undefined;
  if (!identity) throw new TypeError(`learningAnalytics: the launch names no actor that xAPI could know: ${json}`);
  let email = identity.mbox?.slice('mailto:'.length);
  try {
    email = email && decodeURIComponent(email);
  } catch {
    // Then it is as it stands, or none.
  }
  return {
    // As it came: an LMS may compare them member by member (cmi5 §8.1.3).
    agent: { objectType: given['objectType'] && (given['objectType'] === 'Group' ? 'Group' : 'Agent'), name, ...identity } as Agent,
    actor: {
      // Stable, an IRI, and no address: the actor's id is also what Caliper sends and this browser keeps.
      id: identity.account
        ? `${account!.homePage}${/[/#=:]$/.test(account!.homePage) ? '' : '/'}${encoded(account!.name)}`
        : (openid ?? `urn:uuid:${uuidV5(URLS, mbox ?? `sha1:${sha1}`)}`),
      name,
      account: identity.account,
      // The statement names the agent as it came; for anybody else it has to be an address of the usual form.
      email: isEmail(email) ? email : undefined,
    } as Actor,
  };
}
