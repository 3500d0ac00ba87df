/** Without what is undefined: a member that nobody said is not there. */
export const defined = <T extends object>(members: T): T => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
