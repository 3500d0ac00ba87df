// Its console is read too; `keepalive`, since a worker is ended when it has nothing to do.
for (const name of ['log', 'info', 'warn', 'error', 'debug']) {
  const say = console[name];
  console[name] = (...words) => {
    say.apply(console, words);
    fetch('/said', { method: 'POST', body: words.map(String).join(' '), keepalive: true }).catch(() => {});
  };
}

importScripts('/dist/videojs-learning-analytics.service-worker.min.js');

const auth = async ({ standard, actor }) => {
  const response = await fetch(`/token?actor=${encodeURIComponent(actor)}`);
  return (standard === 'xapi' ? 'Bearer ' : '') + (await response.text());
};

addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('message', (event) => {
  event.waitUntil(videojsLearningAnalytics.drain({ auth }).then((told) => event.source.postMessage(told, []), (error) => event.source.postMessage(String(error), [])));
});
addEventListener('sync', (event) => {
  if (event.tag === 'learning-analytics') event.waitUntil(videojsLearningAnalytics.drain({ auth }).then(({ pending }) => {
    if (pending) throw new Error(`${pending} wait`);
  }));
});
