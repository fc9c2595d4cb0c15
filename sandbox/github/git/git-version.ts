import { tmpdir } from 'node:os';
import { gitText } from './run-git.ts';

/** `git merge-tree --write-tree` came with Git 2.38 (git-scm.com/docs/git-merge-tree). */
const NEEDED = [2, 38] as const;

/** @throws Error that names both versions when the machine's Git is too old */
export async function requireGitVersion(): Promise<void> {
  const text = await gitText(tmpdir(), ['--version']);
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? [];
  const isEnough = Number(major) > NEEDED[0] || (Number(major) === NEEDED[0] && Number(minor) >= NEEDED[1]);
  if (!isEnough) throw new Error(`The sandbox needs Git ${NEEDED.join('.')} or newer; this machine has ${text}.`);
}
