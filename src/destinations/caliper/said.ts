/** What of a Caliper event is its type's own. */
export interface Said {
  /** Where they are not those of the table. */
  readonly type?: string;
  readonly action?: string;
  readonly object: unknown;
  readonly target?: unknown;
  readonly generated?: unknown;
  readonly extensions: object;
}
