import type { LearningEvent } from '../events.js';
import { element } from './element.js';

/** How far an event has come: its worst end so far counts. */
export type State = 'recorded' | 'delivered' | 'rejected';

/** An event as a line of the list; opened, it shows all that was kept of it. */
export interface Entry {
  readonly line: HTMLLIElement;
  /** What became of it at one destination. */
  tell(state: State, destination: string, reason?: string): void;
}

const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 1 } as const;

const seconds = (value: unknown): string => (typeof value === 'number' ? `${+value.toFixed(1)}` : `${value}`);

/** Where it happened, and what changed there. */
const detailOf = (event: LearningEvent): string => {
  const { position, from, to, milestone, unit, reason } = event as unknown as Record<string, unknown>;
  const change = from === undefined ? '' : `${seconds(from)} → ${seconds(to)}`;
  const passed = milestone === undefined ? '' : `${milestone} ${unit}`;
  return [position !== undefined && `at ${seconds(position)} s`, change, passed, reason].filter(Boolean).join(' · ');
};

export function createEntry(event: LearningEvent): Entry {
  const status = element('span', 'recorded');
  const ends: string[] = [];
  const told = element('p');
  const summary = element('summary', element('time', new Date(event.time).toLocaleTimeString([], TIME)), element('b', event.type), element('span', detailOf(event)), status);
  const line = element('li', element('details', summary, told, element('pre', JSON.stringify(event, null, 2))));
  return {
    line,
    tell(state, destination, reason = '') {
      ends.push(`${state}: ${destination} ${reason}`.trim());
      told.textContent = ends.join('\n');
      if (status.dataset['state'] !== 'rejected') status.dataset['state'] = state;
      const { state: worst } = status.dataset;
      const many = ends.filter((end) => end.startsWith(worst!)).length;
      status.textContent = many > 1 ? `${worst} ×${many}` : worst!;
    },
  };
}
