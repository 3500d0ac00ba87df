/** The IRI with what no IRI may hold percent-encoded; letters beyond ASCII may stay. */
export const iri = (text: string): string => text.replace(/[\s<>"{}|\\^`]/g, encodeURIComponent);

/** Without halves of characters, as a name is left with that was cut off in an emoji: some endpoints fail on them. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** As part of an IRI. */
export const encoded = (text: string): string => encodeURIComponent(wellFormed(text));

/** Whether it is an absolute IRI as it stands. */
export const isIri = (text: unknown): boolean => /^[a-z][\w+.-]*:/i.test(text as string) && iri(text as string) === text;

/** Of an entity that is its IRI, or described. */
export const idOf = (entity: string | { readonly id: string } | undefined): string | undefined => (entity as { readonly id: string } | undefined)?.id ?? (entity as string | undefined);
