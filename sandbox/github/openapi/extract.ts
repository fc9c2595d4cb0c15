/**
 * Renews operations.data.json from GitHub's OpenAPI description, as the npm package @octokit/openapi carries it. The
 * package is too large to be a dependency; it is fetched into a temporary folder and removed again.
 *
 *   node sandbox/github/openapi/extract.ts [version]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { condenseDescription } from './condense.ts';
import { SERVED_OPERATIONS } from './served-operations.ts';

const PACKAGE = '@octokit/openapi';
const FILE = 'generated/api.github.com.json';

function extract(requested: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'github-openapi-'));
  try {
    execFileSync('npm', ['init', '--yes'], { cwd: folder, stdio: 'ignore' });
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${PACKAGE}@${requested}`], {
      cwd: folder,
      stdio: 'inherit',
    });
    const home = join(folder, 'node_modules', PACKAGE);
    const version: unknown = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version;
    if (typeof version !== 'string') throw new Error(`${PACKAGE} has no version.`);
    const document = JSON.parse(readFileSync(join(home, FILE), 'utf8'));
    const license = readFileSync(join(home, 'LICENSE'), 'utf8');
    const source = { package: PACKAGE, version, file: FILE, license };
    const description = condenseDescription(document, SERVED_OPERATIONS, source);
    const target = join(import.meta.dirname, 'operations.data.json');
    const text = JSON.stringify(description);
    writeFileSync(target, `${text}\n`);
    process.stdout.write(`${target}: ${SERVED_OPERATIONS.length} operations, ${text.length} bytes, ${version}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

extract(process.argv[2] ?? 'latest');
