import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{actions,cluster,sandbox,scripts,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'actions/dist/**', '.opensarlab/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    // Many tests wait for processes of Git and servers, so a core is not too much for the one that looks on.
    maxWorkers: '100%',
  },
});
