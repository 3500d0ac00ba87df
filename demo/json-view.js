const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const kindOf = ([text, quoted, colon]) => {
  if (colon) return 'key';
  if (quoted) return 'string';
  return /^[tfn]/.test(text) ? 'word' : 'number';
};

const span = (kind, text) => {
  const part = document.createElement('span');
  part.className = `json-${kind}`;
  part.textContent = text;
  return part;
};

/** A document as indented, coloured JSON. What it says is text to the page, whatever it says. */
export const jsonView = (value) => {
  const json = JSON.stringify(value, null, 2);
  const view = document.createElement('pre');
  view.className = 'code';
  view.tabIndex = 0;
  let at = 0;
  for (const match of json.matchAll(TOKEN)) {
    const text = match[1] ?? match[0];
    view.append(json.slice(at, match.index), span(kindOf(match), text));
    at = match.index + text.length;
  }
  view.append(json.slice(at));
  return view;
};
