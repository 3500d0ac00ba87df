/** What an endpoint said without the credential that it may have repeated, also in JSON, since its words are kept and logged. */
export function redacted(text: string, authorization: string): string {
  const token = authorization.replace(/^\S+ +/, '');
  let pair = '';
  try {
    pair = atob(token);
  } catch {
    // It is no pair.
  }
  for (const secret of [authorization, token, pair, pair.replace(/^.*?:/, '')]) {
    // JSON within JSON within JSON doubles them: more than seven is no quotation, and any number would be tried from each.
    const letters = [...secret].map((letter) => `\\\\{0,7}${letter.replace(/\W/, '\\$&')}`);
    if (letters[0]) text = text.replace(new RegExp(letters.join(''), 'g'), '…');
  }
  return text;
}
