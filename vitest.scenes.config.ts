import { defineConfig } from 'vitest/config';

/** Scenes through the real workflows: each takes several runs, so they have their own command and their own patience. */
export default defineConfig({
  test: {
    include: ['test/scenes/**/*.scene.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    restoreMocks: true,
    maxWorkers: 2,
  },
});
