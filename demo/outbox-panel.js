import { count, element } from './format.js';

const TITLES = { caliper: 'Caliper', xapi: 'xAPI' };

const $ = (id) => document.getElementById(id);

/** What `retry` says of an endpoint, as the beginning of a sentence. */
const saying = ({ status, why }) => {
  const known = !status || why.includes(status) ? why : `${why} (${status})`;
  return known.charAt(0).toUpperCase() + known.slice(1);
};

const due = (until) => {
  const seconds = Math.ceil((until - Date.now()) / 1000);
  if (seconds <= 0) return 'trying again';
  return seconds < 100 ? `next try in ${seconds} s` : `next try in ${Math.round(seconds / 60)} min`;
};

/** How many rows wait, and how each endpoint is doing; `learner` names who is here. */
export const createOutboxPanel = (analytics, feed, learner) => {
  /** Of each standard that had trouble: what it was, and when the next attempt is due. */
  const trouble = new Map();
  let depth = 0;
  let announced = 0;

  const lines = Object.entries(TITLES).map(([standard, title]) => {
    const box = element('div', 'destination');
    const acknowledged = element('dd', 'count');
    const status = element('dd', 'status');
    box.append(element('dt', '', title), acknowledged, status);
    $('destinations').append(box);
    return { standard, box, acknowledged, status };
  });

  const describe = (standard) => {
    const found = trouble.get(standard);
    if (found) return `${saying(found)}; ${due(found.until)}`;
    const waiting = [...feed.inState('recorded'), ...feed.inState('stored')].filter((cell) => cell.standard === standard);
    const others = waiting.filter((cell) => cell.learner !== learner());
    const mine = waiting.length - others.length;
    const parts = [mine && `${mine} to be sent`, others.length && `${others.length} until ${others[0].learner} is back`];
    return parts.filter(Boolean).join(', ') || 'Up to date';
  };

  const total = (standard, state) => feed.inState(state).filter((cell) => cell.standard === standard).length;

  /** Says the depth once it rests, not at each step. */
  const announce = (found) => {
    if (found !== depth || found === announced) return;
    announced = found;
    $('announcer').textContent = found ? `${count(found, 'row')} in the outbox` : 'The outbox is empty';
  };

  return {
    draw() {
      for (const { standard, box, acknowledged, status } of lines) {
        const rejected = total(standard, 'rejected');
        acknowledged.textContent = `${total(standard, 'acknowledged')} acknowledged${rejected ? `, ${rejected} rejected` : ''}`;
        status.textContent = describe(standard);
        box.classList.toggle('trouble', trouble.has(standard));
      }
      $('retry').hidden = feed.inState('rejected').length === 0;
    },
    async readDepth() {
      const found = await analytics.pending();
      announce(found);
      depth = found;
      // Another tab may have brought it through, or all was forgotten.
      if (found === 0) trouble.clear();
      $('pending').textContent = String(found);
      $('pending-unit').textContent = found === 1 ? 'row waits' : 'rows wait';
      $('depth').classList.toggle('waiting', found > 0);
      return found;
    },
    delivered: (standard) => trouble.delete(standard),
    retry: (standard, what) => trouble.set(standard, what),
  };
};
