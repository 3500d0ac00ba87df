type Headers = Readonly<Record<string, string>>;

/** What is given wins however it is spelled: of two spellings a browser sends both. */
export function mergedHeaders(own: Headers, given: Headers): Record<string, string> {
  const names = Object.keys(given).map((name) => name.toLowerCase());
  return { ...Object.fromEntries(Object.entries(own).filter(([name]) => !names.includes(name.toLowerCase()))), ...given };
}
