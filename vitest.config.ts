import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/**
 * Suites that play a thing in all its variants, or through real Git and whole workflows, take a quarter of an hour together.
 * Every run has a sample of them, `npm run test:exhaustive [PART]` has them all, and so has `.ci/run`.
 */
export const exhaustiveSuites = '{actions,cluster,sandbox,scripts,test}/**/*.exhaustive.test.ts';

/** How many of them a run has. */
const sampleSize = 1;

/** Of these one alone would take as long as a quarter of the whole run. */
const tooLongForSample = /^test\/(workflows|teardown|damage|github\/settings)/;

/** The day's by default, so that two runs of a day can be compared; SEED repeats another one. */
const seed = Number(process.env['SEED'] ?? Math.floor(Date.now() / 86_400_000));

const rank = (file: string): string => createHash('sha256').update(`${seed} ${file}`).digest('hex');
const suites = globSync(exhaustiveSuites, { exclude: ['**/node_modules/**'] }).sort((a, b) =>
  rank(a) < rank(b) ? -1 : 1,
);
const sample = suites.filter((file) => !tooLongForSample.test(file)).slice(0, sampleSize);
const left = suites.filter((file) => !sample.includes(file));

export default defineConfig({
  test: {
    include: ['{actions,cluster,sandbox,scripts,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'actions/dist/**', '.opensarlab/**', ...left],
    fsModuleCache: true,
    // Half of the time went into loading the same modules for each file. The random order shows a file that leaves something behind.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    // Many tests wait for processes of Git and servers, so a core is not too much for the one that looks on.
    maxWorkers: '100%',
    // No file may need another one before it.
    sequence: { shuffle: { files: true }, seed },
  },
});
