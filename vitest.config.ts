import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['actions/**/*.test.ts', 'cluster/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'actions/dist/**', '.opensarlab/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    restoreMocks: true,
  },
});
