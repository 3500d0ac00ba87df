/** Without what is undefined, or `null` as in JSON of a server, or an empty text as in a page's attributes: a member that nobody said is not there. */
export const defined = <T extends object>(members: T): T => Object.fromEntries(Object.entries(members).filter(([, value]) => (value ?? '') !== '')) as T;
