import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import terser from '@rollup/plugin-terser';

const { name, version, license, budgets } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const banner = `/*! ${name} ${version} | ${license} */`;

/** The one dependency goes into the script-tag bundles. */
const inlineIdbKeyval = {
  name: 'inline-idb-keyval',
  resolveId: (id) => (id === 'idb-keyval' ? fileURLToPath(import.meta.resolve(id)) : null),
};

/** The bundles' source maps lead to what was written, not to what the compiler made of it. */
const mapToSource = {
  name: 'map-to-source',
  load: (id) => (existsSync(`${id}.map`) ? { code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') } : null),
};

/** Prints what each bundle weighs, and fails over the budget. */
const weigh = {
  name: 'weigh',
  writeBundle(_, bundle) {
    for (const [file, { type, code }] of Object.entries(bundle)) {
      if (type !== 'chunk') continue;
      const bytes = gzipSync(code, { level: 9 }).length;
      const budget = budgets[file];
      console.log(`${file}: ${code.length.toLocaleString('en')} bytes, gzip -9 ${bytes.toLocaleString('en')}${budget ? ` of ${budget.toLocaleString('en')}` : ''}`);
      if (bytes > budget) this.error(`${file} is ${bytes - budget} bytes over its budget in package.json`);
    }
  },
};

/** Whether it depends on how it is called. */
const asksWhose = (node) => node.type === 'ThisExpression' || node.name === 'arguments' || Object.values(node).some((part) => part && typeof part === 'object' && asksWhose(part));

/**
 * What was written `const`, or as a function of a module, is `let` in what is minified, so that neighbours of all kinds become one
 * declaration. Spaces keep places, so that the source map is right.
 */
const oneKind = {
  name: 'one-kind',
  renderChunk(code) {
    const edits = [];
    const visit = (node) => {
      if (node.kind === 'const') edits.push([node.start, node.start + 5, 'let  ']);
      // None is called before it is there. Those that are async, or generators, are few, and would not keep their places.
      if (node.type === 'FunctionDeclaration' && !node.async && !node.generator && !asksWhose(node)) {
        edits.push([node.start, node.id.start, 'let'.padEnd(node.id.start - node.start)], [node.id.end, node.id.end, '='], [node.body.start, node.body.start, '=>'], [node.end, node.end, ';']);
      }
      for (const part of Object.values(node)) if (part && typeof part === 'object') visit(part);
    };
    visit(this.parse(code));
    let changed = '';
    let done = 0;
    for (const [start, end, text] of edits.sort(([a], [b]) => a - b)) {
      changed += code.slice(done, start) + text;
      done = end;
    }
    return { code: changed + code.slice(done), map: null };
  },
};

// Not `toplevel`: it would take the script's one global for a variable that nobody uses.
const minify = terser({ ecma: 2021, keep_classnames: /^LearningAnalytics$/, compress: { passes: 5, inline: 1 }, format: { comments: /^!/, ascii_only: true } });

/** A script-tag bundle, as it is and minified. */
const script = (input, file) => ({
  input,
  external: ['video.js'],
  output: ['', '.min'].map((suffix) => ({
    file: `dist/${file}${suffix}.js`,
    format: 'iife',
    name: 'videojsLearningAnalytics',
    // By way of the window it may be missing.
    globals: { 'video.js': 'window.videojs' },
    banner,
    sourcemap: true,
    plugins: suffix ? [oneKind, minify, weigh] : [weigh],
  })),
  plugins: [mapToSource, inlineIdbKeyval],
});

/** What a page weighs that imports only this of the side-effect-free entry; goes nowhere but onto the scales. */
const onlyOf = (file, what) => ({
  input: 'only',
  plugins: [
    {
      name: 'only',
      resolveId: (id) => (id === 'only' ? '\0only' : null),
      load: (id) => (id === '\0only' ? `export { ${what} } from '${fileURLToPath(new URL('build/core.js', import.meta.url)).replaceAll('\\', '/')}';` : null),
    },
    inlineIdbKeyval,
  ],
  output: { file: `build/${file}`, format: 'es', plugins: [oneKind, minify, weigh] },
});

export default [
  {
    input: {
      index: 'build/index.js',
      core: 'build/core.js',
      crosswalk: 'build/crosswalk/crosswalk.js',
      inspector: 'build/inspector/inspector.js',
      kaltura: 'build/kaltura/kaltura.js',
      launch: 'build/launch/launch.js',
      'service-worker': 'build/service-worker/service-worker.js',
    },
    external: ['video.js', 'idb-keyval'],
    output: { dir: 'dist', format: 'es', sourcemap: true, chunkFileNames: '[name].js' },
    plugins: [mapToSource, weigh],
  },
  script('build/script.js', name),
  script('build/all.js', `${name}.all`),
  script('build/service-worker/service-worker.js', `${name}.service-worker`),
  onlyOf('track-and-xapi.min.js', 'track, xapi'),
];
