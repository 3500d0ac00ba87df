import { clock, element, nameElement, timeOfDay } from './format.js';
import { jsonView } from './json-view.js';

const STANDARDS = { caliper: 'Caliper', xapi: 'xAPI' };
/** In the order in which an event goes through them; the last two are ends. */
const STATES = ['recorded', 'stored', 'sent', 'acknowledged', 'rejected'];
const LIMIT = 200;

const rank = (state) => STATES.indexOf(state);
const short = (id = '') => id.replace(/^urn:uuid:/, '').slice(0, 8);

/** What changed, in few words. */
const changeOf = ({ type, from, to, milestone, unit, reason, language }) => {
  if (type === 'rateChanged') return `${from} → ${to}×`;
  if (type === 'volumeChanged') return `${Math.round(from * 100)} → ${Math.round(to * 100)} %`;
  if (type === 'progressed') return unit === 'percent' ? `${milestone} %` : `${milestone} s`;
  if (type === 'sizeChanged') return `${from.join('×')} → ${to.join('×')}`;
  if (from !== undefined) return `${from} → ${to}`;
  return language ?? reason;
};

/** Where in the media, and what changed there. */
const detailOf = (event) => {
  const { type, position, from, to } = event;
  if (type === 'seeked') return `${clock(from)} → ${clock(to)}`;
  return [position === undefined ? '' : clock(position), changeOf(event)].filter(Boolean).join(' · ');
};

/** How a standard names it: Caliper's action, xAPI's verb. */
const nameOf = (standard, said) => (standard === 'caliper' ? said.action : (said.verb.display?.['en-US'] ?? said.verb.id));

const createCell = (standard, { name, state }) => {
  const cell = element('span', 'cell');
  const title = element('span', 'visually-hidden', `${STANDARDS[standard]}: `);
  if (!name) {
    cell.classList.add('none');
    cell.append(title, element('span', '', '–'), element('span', 'visually-hidden', 'nothing'));
    cell.title = `Nothing goes to ${STANDARDS[standard]} for this event`;
    return { cell };
  }
  const badge = element('span', 'badge', state);
  badge.dataset.state = state;
  cell.append(title, nameElement('span', 'name', name), badge);
  return { cell, badge };
};

const createPane = (standard, { name, state, said, received, reason }) => {
  const pane = element('div', 'pane');
  const document_ = received ?? said;
  let heading = `${STANDARDS[standard]}, as the endpoint received it`;
  if (!name) heading = `Nothing goes to ${STANDARDS[standard]} for this event`;
  else if (state === 'rejected') heading = `${STANDARDS[standard]}, rejected: ${reason}`;
  else if (!received) heading = `${STANDARDS[standard]}, as it was recorded; not seen at the endpoint yet`;
  pane.append(element('h3', '', heading));
  if (document_) pane.append(jsonView(document_));
  return pane;
};

/** One row per event, the newest on top. A row is told of what becomes of its event in each standard. */
export const createFeed = (list, { onOpen, onChange }) => {
  const rows = new Map();
  let lastSession = '';

  const drawPanes = ({ details, panes, data }) => {
    if (details.open) panes.replaceChildren(...Object.keys(STANDARDS).map((standard) => createPane(standard, data[standard])));
  };

  const divide = ({ session, registration, media, learner }) => {
    if (!session || session === lastSession) return;
    lastSession = session;
    const divider = element('li', 'session');
    divider.append(element('b', '', learner || 'Session'), ` watches ${media} `, element('span', 'id', `session ${short(session)}, registration ${short(registration)}`));
    list.prepend(divider);
  };

  const createRow = (data) => {
    const item = element('li');
    const details = element('details', 'event');
    const summary = element('summary');
    const what = element('span', 'what');
    what.append(nameElement('b', '', data.type), element('span', 'detail', data.detail));
    const cells = Object.fromEntries(Object.keys(STANDARDS).map((standard) => [standard, createCell(standard, data[standard])]));
    summary.append(element('time', '', timeOfDay(data.time)), what, ...Object.values(cells).map(({ cell }) => cell));
    const panes = element('div', 'panes');
    details.append(summary, panes);
    item.append(details);
    const row = { data, item, details, panes, cells };
    details.addEventListener('toggle', () => {
      drawPanes(row);
      if (details.open) onOpen(data.id);
    });
    return row;
  };

  const trim = () => {
    while (rows.size > LIMIT) rows.delete(rows.keys().next().value);
    while (list.children.length > LIMIT) list.lastChild.remove();
  };

  const show = (data) => {
    divide(data);
    const row = createRow(data);
    rows.set(data.id, row);
    list.prepend(row.item);
    trim();
  };

  const change = (id, standard, found) => {
    const row = rows.get(id);
    const cell = row?.data[standard];
    if (!cell?.name) return;
    const back = cell.state === 'rejected' && found.state === 'stored';
    if (found.state && rank(found.state) <= rank(cell.state) && !back) delete found.state;
    Object.assign(cell, found);
    const { badge } = row.cells[standard];
    badge.dataset.state = badge.textContent = cell.state;
    drawPanes(row);
  };

  const each = function* () {
    for (const [id, { data }] of rows) {
      for (const standard of Object.keys(STANDARDS)) if (data[standard].name) yield { id, standard, learner: data.learner, state: data[standard].state };
    }
  };

  return {
    /** @param documents what `beforeSend` saw of this event, by standard */
    add(event, documents, learner) {
      const { id, type, time, position, session, registration, media } = event;
      const cells = Object.keys(STANDARDS).map((standard) => {
        const said = documents[standard];
        return [standard, said ? { name: nameOf(standard, said), state: 'recorded', said } : {}];
      });
      const said = { id, type, time, position, session, registration, media: media?.name ?? media?.id ?? '', learner, detail: detailOf(event) };
      show({ ...said, ...Object.fromEntries(cells) });
      onChange();
    },
    /** A state of one event in one standard; an earlier state than its present one changes nothing. */
    mark(id, standard, state, reason) {
      change(id, standard, { state, ...(reason && { reason }) });
      onChange();
    },
    /** The document as the endpoint holds it. */
    receive(id, standard, received) {
      if (rows.get(id)?.data[standard].received) return;
      change(id, standard, { state: 'sent', received });
      onChange();
    },
    /** What stands in this state, by event and standard. */
    inState: (state) => [...each()].filter((cell) => cell.state === state),
    get size() {
      return rows.size;
    },
    clear() {
      rows.clear();
      lastSession = '';
      list.replaceChildren();
      onChange();
    },
    /** The rows without their documents, which the endpoints can be asked for; JSON. */
    save: (limit) => JSON.stringify([...rows.values()].slice(-limit).map(({ data }) => data), (key, value) => (key === 'said' || key === 'received' ? undefined : value)),
    restore(saved) {
      for (const data of JSON.parse(saved)) show(data);
      onChange();
    },
  };
};
