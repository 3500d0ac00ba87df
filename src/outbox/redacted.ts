const decoded = (base64: string): string => {
  try {
    return atob(base64);
  } catch {
    return '';
  }
};

/** What an endpoint said without the credential that it may have repeated, also in JSON, since its words are kept and logged. */
export function redacted(text: string, authorization: string): string {
  const token = authorization.replace(/^\S+ +/, '');
  const pair = decoded(token);
  for (const secret of [authorization, token, pair, pair.replace(/^.*?:/, '')]) {
    const letters = [...secret].map((letter) => `\\\\*${letter.replace(/\W/, '\\$&')}`);
    if (letters[0]) text = text.replace(new RegExp(letters.join(''), 'g'), '…');
  }
  return text;
}
