import { open } from 'node:fs/promises';
import { misused } from './command-arguments.ts';

/** Most bytes that are read; upstream's files have a few thousand. */
const mostBytes = 1024 * 1024;

/**
 * The text of a file that a person names.
 * @throws Failure `Usage` when it cannot be read, is too large, or is no text in UTF-8
 */
export async function readUpstreamText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  if (bytes.length > mostBytes) {
    throw misused(`${JSON.stringify(path)} has more than ${mostBytes} bytes, so it is no declaration.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw misused(`${JSON.stringify(path)} is not a text in UTF-8.`, 'Save it as UTF-8 in an editor.');
  }
}

/** One byte more than are taken, so that files and devices without end are noticed. */
async function readBytes(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const chunks: Buffer[] = [];
      const stream = file.createReadStream({ end: mostBytes, autoClose: false });
      for await (const chunk of stream) chunks.push(chunk);
      return Buffer.concat(chunks);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw misused(`${JSON.stringify(path)} cannot be read: ${reasons[String(error.code)] ?? error.message}.`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
};
