import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installDependencies, root } from '../setup/install.mjs';
import { edited, type Outcome, type Recipe, readRecipes, type Step } from './recipes/read-recipes.ts';

/**
 * Follows the recipes of CONTRIBUTING.md on a copy of this checkout, all of them one after the other: what they say to write
 * is written, and each command must fail or pass as they say. Types are checked twice in all: with what each recipe writes
 * before its own first look, and with everything.
 *
 *   npm run check:recipes [-- WORD]   only recipes with this word in their title
 */
const typecheck = 'npm run typecheck';

const word = process.argv[2] ?? '';
const recipes = readRecipes(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')).filter(({ title }) =>
  title.includes(word),
);
await installDependencies(join(root, '.ci', 'tools'));
const folder = mkdtempSync(join(tmpdir(), 'opensarlab-recipes-'));
const problems: string[] = [];
try {
  if (recipes.length === 0) problems.push(`No recipe has ${word} in its title.`);
  seeTypesFail(copyOfCheckout(join(folder, 'types')));
  const checkout = copyOfCheckout(join(folder, 'checkout'));
  for (const recipe of recipes) follow(recipe, checkout);
  if (problems.length === 0) judge('all recipes', checkout, typecheck, 'passes');
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(problems.length === 0 ? `${recipes.length} recipes hold.\n` : '');
process.exitCode = problems.length === 0 ? 0 : 1;

/** What Git tracks or would track, as it is now; dependencies are linked. */
function copyOfCheckout(target: string): string {
  const listing = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const paths = listing.stdout.toString('utf8').split('\0').filter(Boolean);
  for (const path of new Set(paths)) {
    const content = contentOf(join(root, path));
    if (content !== undefined) write(join(target, path), content);
  }
  for (const modules of ['node_modules', '.ci/tools/node_modules'])
    symlinkSync(join(root, modules), join(target, modules));
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
  ])
    spawnSync('git', args, { cwd: target });
  return target;
}

/** Each recipe up to its first look at the types, in one tree, and one look for all. */
function seeTypesFail(checkout: string): void {
  const looks = recipes.flatMap(({ title, steps }) => {
    const at = steps.findIndex(
      (step) => step.kind === 'run' && step.command === typecheck && step.outcome !== 'passes',
    );
    const look = steps[at];
    if (look?.kind !== 'run') return [];
    for (const step of steps.slice(0, at)) if (step.kind !== 'run') edit(title, checkout, step);
    return [{ title, outcome: look.outcome }];
  });
  if (looks.length === 0) return;
  const result = run(checkout, typecheck);
  for (const { title, outcome } of looks) tell(title, typecheck, outcome, result);
}

function follow({ title, steps }: Recipe, checkout: string): void {
  for (const step of steps) {
    if (step.kind !== 'run') edit(title, checkout, step);
    else if (step.command !== typecheck) judge(title, checkout, step.command, step.outcome);
  }
}

function edit(title: string, checkout: string, step: Exclude<Step, { kind: 'run' }>): void {
  const path = join(checkout, step.path);
  try {
    write(path, edited(contentOf(path)?.toString('utf8'), step));
  } catch (error) {
    problems.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function judge(title: string, checkout: string, command: string, outcome: Outcome): void {
  tell(title, command, outcome, run(checkout, command));
}

type Result = { status: number; output: string; seconds: string };

function run(checkout: string, command: string): Result {
  const started = performance.now();
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: checkout, env, maxBuffer: 2 ** 26 });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return { status: status ?? 1, output: `${stdout}${stderr}`, seconds };
}

function tell(title: string, command: string, outcome: Outcome, { status, output, seconds }: Result): void {
  const isAsSaid = outcome === 'passes' ? status === 0 : status !== 0 && output.includes(outcome.fails);
  const wanted = outcome === 'passes' ? 'pass' : `fail with ${outcome.fails}`;
  process.stdout.write(`${title}: ${command}: ${isAsSaid ? '' : 'does not '}${wanted} (${seconds} s)\n`);
  if (!isAsSaid)
    problems.push(`${title}: ${command} ended with ${status}, and should ${wanted}:\n${output.slice(-6000)}`);
}

/** Undefined when there is no such file. */
function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
