import { LONGEST, SHORTEST } from '../../src/outbox/backoff.js';
import type { Outage, Recovery } from './recovery.js';

export const CLIENTS = 100_000;
export const LASTS = 7_200_000;
/** What two hours of watching come to: 150 events, 50 in a request. */
export const REQUESTS = 3;

export const CASES: Readonly<Record<string, Pick<Outage, 'capacity' | 'retryAfter' | 'network'>>> = {
  'the endpoint was away, and takes all': {},
  'it was away, and takes 1,000 requests a second': { capacity: 1_000 },
  'the same, and it refuses with Retry-After: 120': { capacity: 1_000, retryAfter: '120' },
  'all networks were away, and are back in the same moment': { network: true },
  'the same, and the endpoint takes 1,000 requests a second': { network: true, capacity: 1_000 },
};

const HEAD = ['what happened', 'busiest second', 'mean a second', 'busiest / mean', 'half have delivered after', '99 % after', 'all after', 'requests', 'of them refused', 'a second during the outage'];

const number = (value: number) => Math.round(value).toLocaleString('en');
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const cellsOf = (name: string, { peak, mean, half, most, seconds, requests, refused, during }: Recovery) => [
  name, number(peak), number(mean), (peak / Math.round(mean)).toFixed(2), `${half.toFixed(1)} s`, `${most.toFixed(1)} s`, `${seconds.toFixed(1)} s`, number(requests), number(refused), number(during),
];

/** The figures that stand in the document. */
export const figuresIn = (text: string): Record<string, Recovery> =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
      .filter(([name = '']) => name in CASES)
      .map(([name, ...cells]) => {
        const [peak, mean, , half, most, seconds, requests, refused, during] = cells.map((cell) => Number(cell.replace(/[, s]/g, ''))) as [number, number, number, number, number, number, number, number, number];
        return [name!, { peak, mean, half, most, seconds, requests, refused, during }];
      }),
  );

export const scaleDocument = (found: Readonly<Record<string, Recovery>>): string => `# Many clients

What an endpoint has to expect of many browsers that use this plugin. Simulated, with the backoff and the pauses of the code itself
(\`src/outbox/pace.ts\`, \`src/outbox/backoff.ts\`) on a simulated clock. \`UPDATE_SCALE=1 npx vitest run test/scale\` writes this file;
every test run simulates a sample and compares.

## In ordinary times

An event waits 5 s for company (\`queue.flushInterval\`), and up to 50 go in one request: a learner costs an endpoint at most a request in
5 s, and 1,000 learners who do something every ten seconds cost it 100 requests a second. Nothing asks an endpoint while there is
nothing to send.

One node of a record store: the demo's (Learning Locker's statements service in one Node process, in memory) took 800 statements a second
from one client and 1,600 from four at once, 50 a request, on two cores (\`npm run bench\` measures it). With a database behind it, measure yours.

## After an outage of ${LASTS / 3_600_000} hours

${number(CLIENTS)} clients, each with ${REQUESTS} requests' worth of events, one request after the other. A client that fails waits a random time, up to
a bound that doubles from ${SHORTEST / 1_000} s to ${LONGEST / 60_000} minutes (full jitter), and what \`Retry-After\` asks for, at most an hour, besides.

${[row(HEAD), row(HEAD.map(() => '---')), ...Object.keys(CASES).map((name) => row(cellsOf(name, found[name]!)))].join('\n')}

- An endpoint that comes back sees at most three times the mean rate of the recovery, also where it refuses what is too much for it.
- Where everybody's network comes back in the same moment, browsers say so to their pages at once, and all ask within two seconds: so
  soon, because a learner whose own connection was away is not to wait for minutes. What is refused then is spread by the backoff
  as after any other outage. An endpoint that has to stand this needs a queue in front (below), or a limit that answers 429 or 503.
- The pauses outlive the page, so that reloading asks nothing earlier.

## How endpoints scale

- **A queue in front.** An answer with 2xx is all that the plugin waits for. A small process that checks the credential, writes the body
  to a queue (a log, a file) and answers takes far more requests than a store does; the record store is fed behind it at its own pace.
  Both specifications allow for it: a Caliper endpoint may answer 201 or 202, and an xAPI record store tells by
  \`X-Experience-API-Consistent-Through\` how far it has got, since what it took need not be there for readers at once. The ids that an
  xAPI answer lists are those of the statements, which the plugin gave them.
- **Repeats are harmless.** Ids are given once, and each attempt sends the same bytes: behind a queue, several workers may write the same
  statement, and the record store keeps one. An event store for Caliper should take the event's \`id\` for its key.
- **Any node will do.** No request depends on another, or on the one before it: balance them as you like. Order within a session is
  that of the timestamps, which strictly increase.
- **Refuse early and cheaply.** 429 or 503 with \`Retry-After\`, exposed by \`Access-Control-Expose-Headers\`, is heeded to the second.
  \`Access-Control-Max-Age\` halves the requests of endpoints on another origin.
- **Limit bodies, not clients.** 413 makes the plugin cut its batches; the limit of a Caliper endpoint's configuration is heeded before, where that is asked for (\`version: 'auto'\`) or told (LTI 1.3).
`;
