// What the test pages have in common. Learner, registration and further options stand in the address.
window.query = Object.fromEntries(new URLSearchParams(location.search));
window.recorded = [];
window.told = [];

// The waits between attempts are random, up to a bound. A test that has no time makes them short.
if (query.haste) {
  const { random } = Math;
  Math.random = () => random() * Number(query.haste);
}

// Pages of plain-http intranets have none.
if (query.plain) Object.defineProperty(navigator, 'locks', { value: undefined });

window.optionsOf = (more = {}) => ({
  actor: { id: query.actor, name: 'Sample Learner' },
  media: { id: 'https://campus.example/videos/42', name: 'Week 1: Sorting' },
  context: { registration: query.registration },
  xapi: { endpoint: `${query.home}/analytics/xapi`, auth: false, credentials: 'include' },
  caliper: { endpoint: `${query.home}/analytics/caliper`, auth: false, credentials: 'include', sensor: 'https://campus.example/sensors/1' },
  queue: { flushInterval: 200 },
  ...more,
  ...JSON.parse(query.options ?? '{}'),
});

/** Makes a player and what records it known to the test. */
window.show = (player, analytics) => {
  Object.assign(window, { player, analytics });
  analytics.listen('record', (event) => recorded.push(event));
  analytics.listen('remembered', (progress) => (window.remembered = progress));
  for (const name of ['delivered', 'retry', 'rejected', 'dropped']) analytics.listen(name, (detail) => told.push({ name, detail }));
};

/** How often something was recorded. */
window.times = (type) => recorded.filter((event) => event.type === type).length;
