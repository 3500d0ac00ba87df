import type { Actor, LearningEvent } from '../../events.js';

/** A way to say learning events as xAPI statements. */
export interface Vocabulary {
  /** Tells apart the rows of two vocabularies that go to one endpoint. */
  readonly name: string;
  /** RFC 5646 tag of its names and descriptions, unless the options say another. @default 'en-US' */
  readonly language?: string;
  /**
   * The statement of an event, `undefined` where the vocabulary has none. Its `id` is the event's unless it brings its
   * own: a second vocabulary at an endpoint must, else the record store sees a conflict and one statement is lost.
   */
  statement(event: LearningEvent, actor: Actor, language: string): object | undefined;
}
