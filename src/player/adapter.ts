import type { Media } from '../events.js';
import type { Signal, SignalType, Snapshot } from '../playback/signal.js';

/** Hears what a player says, with what only that moment tells. */
export type Hear = (type: SignalType, more?: Pick<Signal, 'played' | 'by'>) => void;

/** Reads one player. It judges nothing: what a pause or a seek is, the session decides. */
export interface Adapter {
  /** @param heard whether it is for a signal: what the element played is told where much has happened since the one before */
  read(heard?: boolean): Snapshot;
  /** The URL of the source that is loaded, empty where there is none. */
  source(): string;
  /** What it knows of the media: that it is sound alone, the IANA media type of its source. */
  kind(): Pick<Media, 'type' | 'mediaType'>;
  /** Tells all that happens until the returned function is called. */
  observe(hear: Hear): () => void;
}
