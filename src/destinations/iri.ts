/** The IRI with what none may hold there percent-encoded (RFC 3987 §2.2); letters beyond ASCII may stay. */
export const iri = (text: string): string =>
  text
    .replace(/[\s\p{Cc}\ufffd<>"{}|\\^`]|%(?![\da-f]{2})/giu, encodeURIComponent)
    // Brackets may stand in the host, and # where the fragment begins.
    .replace(/^\w+:\/\/[^/?#]*|[[\]#]/g, (part, at, whole: string) => (part[1] || at === whole.indexOf('#') ? part : encodeURIComponent(part)));

/** Without halves of characters, as a name is left with that was cut off in an emoji: some endpoints fail on them, and on a character 0. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}|\0/gu, '\ufffd');

/** As part of an IRI. */
export const encoded = (text: string): string => encodeURIComponent(wellFormed(text));

/** Whether it is an absolute IRI as it stands. */
export const isIri = (text: unknown): boolean => /^[a-z][a-z\d+.-]*:./i.test(text as string) && iri(wellFormed(text as string)) === text;

/** An address as most have it; quoted ones and hosts without a dot are left out. */
export const isEmail = (text: unknown): text is string => /^[\w.!#$%&'*+/=?^`{|}~-]+@([a-z\d-]+\.)+[a-z\d-]+$/i.test(text as string);

/** Of an entity that is its IRI, or described. */
export const idOf = (entity: string | { readonly id: string } | undefined): string | undefined => (entity as { readonly id: string } | undefined)?.id ?? (entity as string | undefined);
