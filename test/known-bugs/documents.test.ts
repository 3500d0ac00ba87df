import { describe, expect, test } from 'vitest';
import { caliper } from '../../src/destinations/caliper/caliper.js';
import { xapi } from '../../src/destinations/xapi/xapi.js';
import { EVENTS, type EventType } from '../../src/events.js';
import { ACTOR, syntheticEvent, syntheticSession } from '../destinations/synthetic-session.js';

const events = Object.keys(EVENTS) as EventType[];
const lrs = xapi({ endpoint: 'https://lrs.example/xapi', auth: false, events });
const store = caliper({ endpoint: 'https://store.example/caliper', auth: false, events });

// T12: only initialized had an id, and each repeat was another statement. Caliper 7: another id at each transformation.
test('every document has the id of its event, the same each time and in both standards', () => {
  const ids = syntheticSession().map(({ event }) => {
    const statement = lrs.map(event, ACTOR) as { id: string };
    expect(statement).toEqual(lrs.map(event, ACTOR));
    expect(statement.id).toBe(event.id);
    const said = store.map(event, ACTOR) as { id: string } | undefined;
    if (said) expect(said).toMatchObject({ id: `urn:uuid:${event.id}`, ...(store.map(event, ACTOR) as object) });
    return statement.id;
  });
  expect(new Set(ids).size).toBe(ids.length);
});

describe('ids', () => {
  // Caliper 13: a + of a user's id had become an @ somewhere, and no two streams could be joined.
  test.each(['https://campus.example/users/jane+doe@campus.example', 'https://campus.example/users/jane%2Bdoe', 'urn:campus:jane@doe'])('%s stays as it is in both standards', (id) => {
    const event = syntheticEvent('paused');
    const { actor } = store.map(event, { id }) as { actor: { id: string } };
    expect(actor.id).toBe(id);
    const { account } = (lrs.map(event, { id }) as { actor: { account: { homePage: string; name: string } } }).actor;
    expect(account.homePage + account.name).toBe(id);
  });
});
