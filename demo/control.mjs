import { json, problem } from './http.mjs';
import { readStatements } from './lrs.mjs';

const statementsFor = (lrsUrl, searchParams) => {
  const asked = ['registration', 'since'].flatMap((name) => (searchParams.get(name) ? [[name, searchParams.get(name)]] : []));
  return lrsUrl ? readStatements(lrsUrl, Object.fromEntries(asked)) : [];
};

/** What the demo page and the tests do to the server and ask of it. */
export const createControl = ({ lrsUrl, caliper, faults, requests }) => {
  const routes = {
    'GET /control/outage': () => json({ down: faults.isDown() }),
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
      json({ statements: await statementsFor(lrsUrl, searchParams), caliper: caliper.events(), requests, down: faults.isDown() }),
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
