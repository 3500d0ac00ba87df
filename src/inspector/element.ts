/** An element with what it holds; text stays text. */
export function element<N extends keyof HTMLElementTagNameMap>(name: N, ...content: readonly (Node | string)[]): HTMLElementTagNameMap[N] {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}
