import { EVENTS, EXTENSIONS, type Actor, type Context, type EventType, type LearningEvent, type Media, type Segment, type Size } from '../events.js';
import { defined } from '../defined.js';
import { VIDEO } from '../destinations/media-extensions.js';

/** What a document of ours says: the event, as far as its standard could carry it, and who did it. */
export interface Said {
  readonly event: LearningEvent;
  readonly actor: Actor;
}

/** `undefined` where it cannot be read: it is none of ours. */
export function legible<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export type Extensions = { readonly [iri: string]: any };

export const ours = (extensions: Extensions, name: string): any => extensions[EXTENSIONS + name];
export const video = (extensions: Extensions, name: string): any => extensions[`${VIDEO}/extensions/${name}`];

const sizeOf = (text: string | undefined): Size | undefined => text?.split('x').map(Number) as unknown as Size | undefined;

export const secondsOf = (duration: string | undefined): number | undefined => (duration ? Number(duration.slice(2, -1)) : undefined);

const segmentsOf = (text: string | undefined): Segment[] => (text ? text.split('[,]').map((pair) => pair.split('[.]').map(Number) as unknown as Segment) : []);

/** Of an event about a player: what both standards say in the same extensions. */
export function mediaFields(type: EventType, said: Extensions, media: Media): object {
  const changed = (name: string): unknown => (type === 'seeked' ? video(said, `time-${name}`) : type === 'sizeChanged' ? sizeOf(ours(said, name)) : ours(said, name));
  const speed = video(said, 'speed') as string | undefined;
  return {
    ...defined(Object.fromEntries(['reason', 'milestone', 'unit', 'basis', 'language', 'by', 'completed'].map((name) => [name, ours(said, name)]))),
    ...defined({ from: changed('from'), to: changed('to') }),
    session: video(said, 'session-id'),
    media,
    // The whole of it stands on changes alone.
    player: speed
      ? defined({
          rate: Number.parseFloat(speed),
          volume: video(said, 'volume'),
          muted: ours(said, 'muted'),
          fullscreen: video(said, 'full-screen'),
          popout: ours(said, 'popout'),
          captions: video(said, 'cc-subtitle-lang'),
          size: sizeOf(video(said, 'video-playback-size')),
          screen: sizeOf(video(said, 'screen-size')),
          quality: video(said, 'quality') === undefined ? undefined : Number(video(said, 'quality')),
        })
      : {},
    progress: defined({ segments: segmentsOf(video(said, 'played-segments')), fraction: video(said, 'progress') }),
  };
}

/** Whether the table has it: an extension of ours may be anybody's. */
export const isType = (type: unknown): type is EventType => Object.keys(EVENTS).includes(type as string);

/** The type that a row of the table belongs to, where no other does. */
export const typeOfAction = (action: string): EventType | undefined =>
  (Object.keys(EVENTS) as EventType[]).find((type) => EVENTS[type].length === 3 && EVENTS[type][0].split(' ').pop() === action);

/** An entity as its IRI where there is nothing else to say of it. */
export const entityOf = (id: string, name?: string, description?: string) => (name ?? description ? defined({ id, name, description }) : id);

/** Together, in the order in which an event is made. */
export function eventOf(id: string, type: EventType, time: string, context: Context, more: object): LearningEvent {
  const at = Date.parse(time);
  // Whoever borrowed an extension of ours writes the rest otherwise.
  if (Number.isNaN(at) || Number.isNaN((more as { position?: number }).position)) throw new TypeError('Nobody knows when.');
  return { id, type, time: at, context: defined(context), ...defined(more) } as unknown as LearningEvent;
}
