import type { Actor } from '../../events.js';
import { iri } from '../iri.js';

/** An address that every record store takes. With dots side by side, more than 64 characters ahead of the @, or a host of digits, some refuse it (RFC 5321 §4.1.2, §4.5.3.1). */
const ADDRESS = /^(?=[^@]{1,64}@)[^.@]+(\.[^.@]+)*@([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z][a-z\d-]*[a-z\d]$/i;

/** The xAPI Agent, by exactly one identifier (xAPI 1.0.3 Data §2.4.2.1). */
export function agent({ id, name, account, email, anonymous }: Actor): object {
  // An account made of the id: home page and name together are the id, so that nothing of it is lost.
  const [, homePage, accountName] = /^(\w+:\/*[^/].*[/#=:])(.+)/.exec(id) ?? [id, id, id];
  return {
    objectType: 'Agent',
    ...(!anonymous && { name }),
    ...(email && ADDRESS.test(email) && !account && !anonymous
      ? // What else an address may have means something else in an IRI (RFC 6068 §2).
        { mbox: `mailto:${email.replace(/[^\w.'+@-]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)}` }
      : { account: { homePage: iri(account?.homePage ?? homePage!), name: account?.name ?? accountName } }),
  };
}
