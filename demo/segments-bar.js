import { clock, element, percent } from './format.js';

const SVG = 'http://www.w3.org/2000/svg';
const MILESTONES = [0, 25, 50, 75, 100];
const DEEPEST = 4;

/** Stretches of the timeline and how often each was played, in order. */
const depths = (segments) => {
  const edges = [...new Set(segments.flat())].sort((a, b) => a - b);
  return edges.slice(1).flatMap((to, index) => {
    const from = edges[index];
    const depth = segments.filter(([start, end]) => start <= from && end >= to).length;
    return depth ? [{ from, to, depth }] : [];
  });
};

const shape = (name, attributes) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
};

const createTimeline = () => {
  const figure = element('figure', 'timeline');
  const svg = shape('svg', { preserveAspectRatio: 'none', role: 'img' });
  const played = shape('g', {});
  const playhead = element('span', 'playhead');
  const track = element('div', 'track');
  track.append(playhead);
  svg.append(played);
  track.prepend(svg);
  const axis = element('figcaption', 'axis');
  figure.append(track, axis);

  return {
    figure,
    draw({ segments, position }, duration) {
      const length = duration || 1;
      svg.setAttribute('viewBox', `0 0 ${length} 1`);
      const stretches = depths(segments);
      played.replaceChildren(
        ...stretches.map(({ from, to, depth }) =>
          shape('rect', { class: `depth-${Math.min(depth, DEEPEST)}`, x: from, y: 0, width: to - from, height: 1 }),
        ),
      );
      const said = stretches.map(({ from, to, depth }) => `${clock(from)} to ${clock(to)}${depth > 1 ? `, ${depth} times` : ''}`);
      svg.setAttribute('aria-label', said.length ? `Played: ${said.join('; ')}` : 'Nothing was played yet');
      playhead.style.left = `${Math.min(1, position / length) * 100}%`;
      axis.replaceChildren(...[0, length / 2, length].map((at) => element('span', '', duration ? clock(at, 0) : '')));
    },
  };
};

const createCoverage = () => {
  const box = element('div', 'coverage');
  const meter = element('div', 'track');
  meter.setAttribute('role', 'meter');
  meter.setAttribute('aria-label', 'Share of the media that was watched');
  meter.setAttribute('aria-valuemin', '0');
  meter.setAttribute('aria-valuemax', '100');
  const fill = element('span', 'fill');
  const threshold = element('span', 'threshold');
  const marks = MILESTONES.map((milestone) => {
    const mark = element('li', 'milestone', `${milestone} %`);
    mark.style.left = `${milestone}%`;
    return mark;
  });
  const scale = element('ul', 'scale');
  scale.setAttribute('aria-label', 'Milestones');
  scale.append(...marks);
  const verdict = element('p', 'verdict');
  meter.append(fill, threshold);
  box.append(meter, scale, verdict);

  return {
    box,
    draw({ fraction, threshold: needed, segments }) {
      fill.style.width = `${fraction * 100}%`;
      threshold.style.left = `${needed * 100}%`;
      meter.setAttribute('aria-valuenow', String(Math.floor(fraction * 100)));
      const done = fraction >= needed;
      box.classList.toggle('done', done);
      verdict.textContent = done ? `Completed: at least ${percent(needed)} watched` : `Counts as completed at ${percent(needed)}`;
      for (const [index, milestone] of MILESTONES.entries()) {
        marks[index].classList.toggle('reached', segments.length > 0 && fraction * 100 >= milestone);
      }
    },
  };
};

/** What was watched: stretches over the timeline, darker where repeated, and the share of the whole against the threshold. */
export const createSegmentsBar = (root) => {
  const timeline = createTimeline();
  const coverage = createCoverage();
  root.replaceChildren(timeline.figure, coverage.box);
  let drawn = '';

  return {
    /** @param {{ segments: [number, number][], fraction: number, threshold: number, position: number }} progress */
    draw(progress, duration) {
      const key = JSON.stringify([progress, duration]);
      if (key === drawn) return;
      drawn = key;
      timeline.draw(progress, duration);
      coverage.draw(progress);
    },
  };
};
