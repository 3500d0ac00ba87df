import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../../../README.md', import.meta.url));

/** The first code block in a language that has something in it, as it stands in the README; `undefined` where there is none. */
export const codeBlock = (language, has = '') => {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].find(([, found, code]) => found === language && code.includes(has))?.[2];
};
