import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the mirror is compared with: copy everything, push everything. */
export async function cloneAndPush(upstreamUrl: string, targetUrl: string, folder: string): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
  try {
    await run('git', ['clone', '--quiet', '--mirror', upstreamUrl, folder], { env });
    await run('git', ['-C', folder, 'push', '--quiet', '--mirror', targetUrl], { env, maxBuffer: 64 * 1024 * 1024 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
