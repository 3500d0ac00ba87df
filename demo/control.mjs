import { json, problem } from './http.mjs';

const readStatements = async (lrsUrl, searchParams) => {
  if (!lrsUrl) return [];
  // In one page: in memory, its pages are by ids of UUID version 1, whose order begins anew every seven minutes.
  const query = new URLSearchParams({ ascending: 'true', limit: '100000' });
  for (const name of ['registration', 'since']) {
    const value = searchParams.get(name);
    if (value) query.set(name, value);
  }
  const response = await fetch(`${lrsUrl}/statements?${query}`, {
    headers: { authorization: `Basic ${Buffer.from('demo:secret').toString('base64')}`, 'X-Experience-API-Version': '1.0.3' },
  });
  if (!response.ok) throw new Error(`The record store answered ${response.status}: ${await response.text()}`);
  return (await response.json()).statements;
};

/** What the demo page and the tests do to the server and ask of it. */
export const createControl = ({ lrsUrl, caliper, faults, requests }) => {
  const routes = {
    'POST /control/outage': ({ down }) => {
      faults.outage(Boolean(down));
      return json({ down: faults.isDown() });
    },
    'POST /control/fault': (fault) => {
      faults.add(fault);
      return json({});
    },
    'POST /control/clear': () => {
      caliper.clear();
      faults.clear();
      requests.length = 0;
      return json({});
    },
    'GET /control/received': async (_, { searchParams }) =>
      json({ statements: await readStatements(lrsUrl, searchParams), caliper: caliper.events(), requests, down: faults.isDown() }),
  };

  return async ({ method, url, body }) => {
    const route = routes[`${method} ${url.pathname}`];
    if (!route) return problem(404, 'Not Found', `Nothing at ${method} ${url.pathname}.`);
    try {
      return await route(body.length > 0 ? JSON.parse(body.toString('utf8')) : {}, url);
    } catch (error) {
      return problem(400, 'Bad Request', error.message);
    }
  };
};
