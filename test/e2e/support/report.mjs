/** Prints what was checked, line by line, and counts. */
export const createReport = (print) => {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  let began = 0;

  const indent = (text) => text.trim().split('\n').join('\n      ');

  const report = {
    get failed() {
      return failed;
    },
    begin(title) {
      began = Date.now();
      print(`  ${title}`);
    },
    end() {
      print(`    ${((Date.now() - began) / 1000).toFixed(1)} s`);
    },
    pass(title) {
      passed += 1;
      print(`    ✓ ${title}`);
    },
    fail(title, error) {
      failed += 1;
      // What an assertion says is all that matters of it; anything else needs its place.
      const reason = error.name === 'AssertionError' ? error.message : (error.stack ?? String(error));
      print(`    ✗ ${title}\n      ${indent(reason)}`);
    },
    skip(title, reason) {
      skipped += 1;
      print(`    skipped: ${title}: ${reason}`);
    },
    total() {
      print(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    },
  };
  return report;
};
