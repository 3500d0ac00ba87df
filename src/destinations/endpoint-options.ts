import type { EventType, LearningEvent } from '../events.js';

/** What every endpoint is given, whichever standard it speaks. */
export interface EndpointOptions<Version extends string, Document> {
  /** The version to speak. `'auto'` asks the endpoint, and tries the other one where the default one is refused. */
  readonly version?: Version | 'auto' | undefined;
  /** As `fetch` takes it: `'include'` sends your own server's cookies to another origin too. @default 'same-origin' */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined;
  /** Further request headers by name; they win over the plugin's own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Allows an endpoint that is neither https nor on this very machine. @default false */
  readonly allowInsecure?: boolean | undefined;
  /** The event types that go to this endpoint. @default all but `sizeChanged` and a `resolutionChanged` made by the bitrate */
  readonly events?: readonly EventType[] | undefined;
  /**
   * The last word on a document before it is kept for sending: return it, changed or not, or `null` to drop it.
   * A throw drops it as well: redaction fails closed.
   */
  readonly beforeSend?: ((document: Document, event: LearningEvent) => Document | null) | undefined;
}
