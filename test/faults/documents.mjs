/** Where the value that begins at `from` ends: JSON as it stands, byte for byte, which parsing would not keep. */
const endOf = (text, from) => {
  let depth = 0;
  for (let at = from, inText = false; at < text.length; at += 1) {
    const sign = text[at];
    if (inText) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inText = false;
    } else if (sign === '"') inText = true;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  throw new SyntaxError('The body breaks off.');
};

/**
 * The documents of a body, each with the very bytes that were sent: of a batch of statements, or of an envelope's `data`.
 *
 * @param {string} body
 * @returns {{ id: string, raw: string }[]}
 */
export const documentsIn = (body) => {
  JSON.parse(body);
  let at = body.startsWith('[') ? 1 : body.indexOf('"data":[') + 8;
  const found = [];
  while (body[at] !== ']') {
    const end = endOf(body, at);
    const raw = body.slice(at, end);
    found.push({ id: JSON.parse(raw).id.replace('urn:uuid:', ''), raw });
    at = body[end] === ',' ? end + 1 : end;
  }
  return found;
};
