import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Writes what is generated: docs/EVENTS.md, docs/samples and the golden files. The same tests compare them in any other run.
if (process.argv[2] !== '--write') {
  console.log('usage: node test/docs.mjs --write');
  process.exit(2);
}
const files = ['test/docs.test.ts', 'test/matrix.test.ts', 'test/destinations/golden.test.ts'];
const { status } = spawnSync('npx', ['--no', '--', 'vitest', 'run', ...files], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, UPDATE_DOCS: '1', UPDATE_GOLDEN: '1' },
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
console.log('Review what changed: git diff docs test/golden');
process.exitCode = status ?? 1;
