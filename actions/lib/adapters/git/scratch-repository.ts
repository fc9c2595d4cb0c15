import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { git } from './git-command.ts';

/** A bare repository for one run, in the machine's folder for temporary files. */
export type ScratchRepository = { folder: string; close(): Promise<void> };

/**
 * @param borrowFrom a bare repository whose objects can be used as if they were here
 * @throws Failure `DiskFull`
 */
export async function openScratch(borrowFrom?: string): Promise<ScratchRepository> {
  const folder = await make();
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    await git(['init', '--quiet', '--bare', '--template=', folder]);
    if (borrowFrom !== undefined) {
      await mkdir(join(folder, 'objects', 'info'), { recursive: true });
      await writeFile(join(folder, 'objects', 'info', 'alternates'), `${join(borrowFrom, 'objects')}\n`);
    }
    return { folder, close };
  } catch (error) {
    await close();
    throw isDiskFull(error) ? diskFull(error) : error;
  }
}

async function make(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'opensarlab-mirror-'));
  } catch (error) {
    throw isDiskFull(error) ? diskFull(error) : noFolder(error);
  }
}

function noFolder(cause: unknown): Failure {
  return new Failure({
    code: 'TemporaryFolderUnusable',
    source: 'user',
    message: `No folder can be made in ${tmpdir()}, where the repository is put together.`,
    hint: 'Let TMPDIR name a folder that is there and can be written. CodeCommit is unchanged.',
    cause,
  });
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function diskFull(cause: unknown): Failure {
  return new Failure({
    code: 'DiskFull',
    source: 'user',
    message: `There is no space left in ${tmpdir()} to put the repository together.`,
    hint: 'Free space on this machine, or let TMPDIR name a larger file system. CodeCommit is unchanged; run again.',
    cause,
  });
}
