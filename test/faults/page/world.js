// What is wrong with this page's world, before the plugin sees it.
window.options = JSON.parse(decodeURIComponent(location.hash.slice(1)));
window.later = setTimeout.bind(window);

// A test that has no time makes long waits short.
if (options.haste) {
  const { setTimeout } = window;
  window.setTimeout = (run, ms = 0, ...more) => setTimeout(run, ms > 200 ? ms * options.haste : ms, ...more);
}
// Drivers tell of an error only that it is one.
const { warn } = console;
console.warn = (...words) => warn(words.map(String).join(' '));
window.skew = options.skew ?? 0;
const { now } = Date;
Date.now = () => now() + skew;
