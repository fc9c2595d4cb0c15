import { readdir, readFile } from 'node:fs/promises';

/**
 * Ends every process that a job left behind. As GitHub's runner does, they are recognized by the variable
 * RUNNER_TRACKING_ID in their environment, which is readable on Linux; elsewhere nothing is ended.
 */
export async function endOrphans(trackingId: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const mark = `RUNNER_TRACKING_ID=${trackingId}`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  await Promise.all(
    pids.map(async (pid) => {
      // Of processes of other people, and of those that have just ended, the environment cannot be read.
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      if (environment.split('\0').includes(mark)) end(pid);
    }),
  );
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
