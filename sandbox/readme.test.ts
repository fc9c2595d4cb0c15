import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);

/** Below the package, so that its name is found. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(import.meta.dirname, '.readme-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('has an example that does what it says', async () => {
  const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const file = join(folder, 'example.ts');
  await writeFile(file, example);
  const { stdout } = await run(process.execPath, [file]);
  const [checks, ...calls] = stdout.trim().split('\n');
  expect(checks).toBe("{ test: 'success' }");
  const codecommit = calls.filter((line) => line.startsWith('codecommit '));
  expect(codecommit.map((line) => line.replace(/ arn:\S+/, ''))).toEqual([
    'codecommit CreateRepository ThrottlingException',
    'codecommit CreateRepository ok',
    'codecommit GetRepository ok',
  ]);
  expect(calls).toContain('github pulls/create ada ok');
  expect(calls).toContain('github pulls/create-review bob ok');
});
