import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    // What takes a second on an idle machine takes many on a busy one.
    testTimeout: 120_000,
    // The conformance test installs its checkers once.
    hookTimeout: 300_000,
  },
});
