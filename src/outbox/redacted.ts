/** What an endpoint said without the credential that it may have repeated, also in JSON, HTML or a URL, since its words are kept and logged. */
export function redacted(text: string, authorization: string): string {
  const token = authorization.replace(/^\S+ +/, '');
  let pair = '';
  try {
    pair = atob(token);
  } catch {
    // It is no pair.
  }
  for (const secret of [authorization, token, pair, pair.replace(/^.*?:/, '')]) {
    // JSON within JSON doubles its backslashes: more than seven are no quotation, and any number of them would be tried from each.
    const pattern = secret.replace(/(\\*)([^\\]|$)/g, (_, { length }: string, letter: string) => `\\\\{${length},${8 * length + 7}}${letter.replace(/\W/, `(\\$&|&#?\\w{1,6};|(%|u00)[\\da-fA-F]{2})`)}`);
    if (secret) text = text.replace(new RegExp(pattern, 'g'), '…');
  }
  return text;
}
