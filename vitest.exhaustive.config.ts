import { defineConfig, mergeConfig } from 'vitest/config';
import everyRun, { exhaustiveSuites } from './vitest.config.ts';

/** Of the exhaustive suites, all; of the others, which every run of `npm test` has, none. */
const { include: _, exclude: __, ...test } = everyRun.test ?? {};

export default mergeConfig(defineConfig({ test }), defineConfig({ test: { include: [exhaustiveSuites] } }));
