import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root as repository } from '../../setup/install.mjs';
import { commands } from '../commands.ts';
import { runCommand } from '../run-command.ts';
import type { TerminalStreams } from '../terminal-reporter.ts';

/** What a command printed and how it ended. */
export type CommandRun = { code: number; out: string; err: string };

/** A checkout with the example, the images' folders and the hook scripts, and nothing else. */
export type TemporaryCheckout = {
  folder: string;
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Runs `opensarlab …` in this process. @param streams a terminal that answers, or colours */
  run(argv: readonly string[], streams?: Partial<TerminalStreams>): Promise<CommandRun>;
  close(): Promise<void>;
};

export async function createCheckout(): Promise<TemporaryCheckout> {
  const folder = await mkdtemp(join(tmpdir(), 'opensarlab-cli-'));
  for (const path of ['deployments/_example', 'images', 'cluster/jupyterhub/singleuser/hooks']) {
    await cp(join(repository, path), join(folder, path), { recursive: true });
  }
  return {
    folder,
    async write(path, content) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    },
    async run(argv, streams = {}) {
      const out: string[] = [];
      const err: string[] = [];
      const [command = '', ...rest] = argv;
      const code = await runCommand(commands, [command, '--root', folder, ...rest], {
        out: (line) => out.push(line),
        err: (line) => err.push(line),
        ...streams,
      });
      return { code, out: out.join('\n'), err: err.join('\n') };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
