/** What of a statement is its event's own. */
export interface Part {
  readonly object: object;
  readonly result: object;
  readonly category?: string | readonly string[];
  readonly other?: readonly object[] | undefined;
  readonly extensions: object;
}
