import { EVENTS, EXTENSIONS, type EventType } from '../events.js';
import { caliper } from '../destinations/caliper/caliper.js';
import type { CaliperEvent } from '../destinations/caliper/caliper-event.js';
import type { Statement } from '../destinations/xapi/statement.js';
import { xapi } from '../destinations/xapi/xapi.js';
import { fromCaliper } from './from-caliper.js';
import { fromStatement } from './from-statement.js';
import { legible, type Said } from './read.js';
import { restOf, withRest } from './rest.js';

/** What the other standard has no place for, as JSON text: keys of an object in an extension would not survive JSON-LD. */
const REST = `${EXTENSIONS}rest`;

const LANGUAGE = 'en-US';

const common = { endpoint: '', auth: false, events: Object.keys(EVENTS) as EventType[] } as const;

const stated = ({ event, actor }: Said, language: string): Statement | undefined => xapi({ ...common, language }).map(event, actor) as Statement | undefined;
const told = ({ event, actor }: Said, version: '1.1' | '1.2'): CaliperEvent | undefined => caliper({ ...common, version }).map(event, actor) as CaliperEvent | undefined;

const without = (of: unknown, ...names: readonly string[]): { readonly [member: string]: unknown } => Object.fromEntries(Object.entries(of ?? {}).filter(([name]) => !names.includes(name)));

/** People are named in each standard's own way, and by an address never in Caliper: the rest has nothing of them. */
const withoutPeople = (rest: unknown, { object }: { readonly object: unknown }): object | undefined => {
  const { object: thing, context, ...others } = without(rest, 'actor', 'authority');
  const about = without(context, 'instructor', 'team', 'contextAgents', 'contextGroups');
  const kept = { ...others, ...(Object.keys(about)[0] && { context: about }), ...(thing !== undefined && (object as { objectType?: string }).objectType !== 'Agent' && { object: thing }) };
  return Object.keys(kept)[0] ? kept : undefined;
};

const take = (extensions: { readonly [iri: string]: unknown } | undefined): readonly [rest: unknown, others: { [iri: string]: unknown } | undefined] => {
  const { [REST]: rest, ...others } = extensions ?? {};
  return [rest && JSON.parse(rest as string), Object.keys(others)[0] ? others : undefined];
};

/**
 * The Caliper event that says what a statement of ours does. What Caliper has no place for travels in one extension, so that
 * `caliperToStatement()` makes of it the statement again, but for how people are named.
 * @param version of Caliper
 * @returns `undefined` for statements that are not ours, and for what Caliper cannot say (`docs/EVENTS.md`)
 */
export function statementToCaliper(statement: Statement, version: '1.1' | '1.2' = '1.2'): CaliperEvent | undefined {
  return legible(() => {
    const [rest, place] = take(statement.context?.extensions);
    const { extensions: _, ...context } = statement.context ?? {};
    const bare = { ...statement, context: { ...context, ...(place && { extensions: place as Record<string, unknown> }) } } as Statement;
    const said = fromStatement(bare);
    const event = said && told(said, version);
    if (!event) return undefined;
    if (rest) return withRest(event, rest) as CaliperEvent;
    const back = fromCaliper(event);
    // Against what the way back makes of it, in its language.
    const lost = withoutPeople(restOf(bare, back && stated(back, LANGUAGE)), bare);
    return lost ? { ...event, extensions: { ...event.extensions, [REST]: JSON.stringify(lost) } } : event;
  });
}

/**
 * The statement that says what a Caliper event of ours does. What xAPI has no place for travels in one extension of the
 * context, so that `statementToCaliper()` makes of it the event again, but for how people are named.
 * @param language of names and descriptions, RFC 5646
 * @returns `undefined` for events that are not ours
 */
export function caliperToStatement(event: CaliperEvent, language = LANGUAGE): Statement | undefined {
  return legible(() => {
    const [rest, others] = take(event.extensions);
    const { extensions: _, ...happened } = event;
    const bare = { ...happened, ...(others && { extensions: others }) } as CaliperEvent;
    const said = fromCaliper(bare);
    const statement = said && stated(said, language);
    if (!statement) return undefined;
    if (rest) return withRest(statement, rest) as Statement;
    const back = fromStatement(statement);
    const lost = withoutPeople(restOf(bare, back && told(back, /v1p1/.test(event['@context']) ? '1.1' : '1.2')), bare);
    // In another language than that of the way back, it is said that there is nothing to compare.
    return lost || language !== LANGUAGE ? { ...statement, context: { ...statement.context, extensions: { ...statement.context?.extensions, [REST]: JSON.stringify(lost ?? {}) } } } : statement;
  });
}
