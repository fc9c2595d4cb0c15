import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../actions/lib/failure.ts';

/**
 * Writes a file that must not be there yet, and makes its folder.
 * @param shown the path as the person knows it
 * @param hint what to do when there is one already
 * @throws Failure `FileExists`, with the file left as it is, or `FileUnwritable`
 */
export async function writeNewFile(path: string, text: string, shown: string, hint: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const user = { source: 'user', cause: error } as const;
    if (error.code === 'EEXIST' && 'syscall' in error && error.syscall === 'open') {
      throw new Failure({
        ...user,
        code: 'FileExists',
        message: `${shown} exists already and was left as it is.`,
        hint,
      });
    }
    throw new Failure({ ...user, code: 'FileUnwritable', message: `${shown} cannot be written: ${error.message}.` });
  }
}
