/** Prints what was checked, scenario by scenario as they end, and counts. */
export const createReport = (print) => {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const indent = (text) => text.trim().split('\n').join('\n      ');

  // What an assertion says is all that matters of it; anything else needs its place.
  const lineOf = (title, error) => `    ✗ ${title}\n      ${indent(error.name === 'AssertionError' ? error.message : (error.stack ?? String(error)))}`;

  return {
    get failed() {
      return count.failed;
    },
    /** What belongs to no scenario. */
    fail(title, error) {
      count.failed += 1;
      print(lineOf(title, error));
    },
    scenario(title) {
      const began = Date.now();
      const lines = [`  ${title}`];
      return {
        pass(check) {
          count.passed += 1;
          lines.push(`    ✓ ${check}`);
        },
        fail(check, error) {
          count.failed += 1;
          lines.push(lineOf(check, error));
        },
        skip(check, reason) {
          count.skipped += 1;
          lines.push(`    skipped: ${check}: ${reason}`);
        },
        end: () => print(`${lines.join('\n')}\n    ${((Date.now() - began) / 1000).toFixed(1)} s`),
      };
    },
    total() {
      const { passed, failed, skipped } = count;
      print(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    },
  };
};
