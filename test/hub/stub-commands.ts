import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with files of the test's own and commands that write down how they were called. */
export type Playground = {
  folder: string;
  write(path: string, text: string): void;
  /** Makes a command: a Node program that logs its arguments and then runs `body` (which sees `args`). */
  command(name: string, body?: string): void;
  run(
    program: string,
    args: string[],
    env?: Record<string, string>,
  ): Promise<{ code: number; stdout: string; stderr: string }>;
  /** Every call so far, as one line each: name and arguments. */
  calls(): string[];
  remove(): void;
};

export function createPlayground(): Playground {
  const folder = mkdtempSync(join(tmpdir(), 'opensarlab-hub-'));
  const log = join(folder, 'calls.log');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  writeFileSync(log, '');
  return {
    folder,
    write,
    command(name, body = '') {
      const lines = [
        `#!${process.execPath}`,
        `const args = process.argv.slice(2);`,
        `require('node:fs').appendFileSync(${JSON.stringify(log)}, ${JSON.stringify(name)} + ' ' + args.join(' ') + '\\n');`,
        body,
      ];
      write(`bin/${name}`, `${lines.join('\n')}\n`);
      chmodSync(join(folder, 'bin', name), 0o755);
    },
    run: (program, args, env = {}) =>
      new Promise((resolve) => {
        const path = `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`;
        const options = { cwd: folder, env: { PATH: path, HOME: folder, TMPDIR: folder, ...env } };
        execFile(program, args, options, (error, stdout, stderr) => {
          const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
          resolve({ code, stdout, stderr });
        });
      }),
    calls: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
