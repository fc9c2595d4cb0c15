import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installDependencies, root } from '../setup/install.mjs';

/** Linters with their own lock file in `.ci/tools`: only contributors and CI need them. */
const tools = {
  lint: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  format: ['@biomejs/biome/bin/biome', 'check', '--write', '.'],
  typecheck: ['@typescript/native/bin/tsc', '--noEmit', '--project', '.'],
  boundaries: [
    'dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.ci/tools/boundaries.cjs',
    'actions',
    'cluster',
    'scripts',
    'test',
  ],
} as const satisfies Record<string, readonly [string, ...string[]]>;

const name = process.argv[2] ?? '';
if (!Object.hasOwn(tools, name)) {
  process.stderr.write(`Usage: tools.ts ${Object.keys(tools).join('|')}\n`);
  process.exit(2);
}

const folder = join(root, '.ci', 'tools');
await installDependencies(folder);
const [program, ...args] = tools[name as keyof typeof tools];
const result = spawnSync(process.execPath, [join(folder, 'node_modules', program), ...args, ...process.argv.slice(3)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(result.status ?? 1);
