import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

/** More than any request here needs; GitHub's own limit is higher. */
const MAXIMUM_BYTES = 50 * 1024 * 1024;

/**
 * Reads a JSON request body.
 * @returns undefined when there is none
 * @throws ApiError 400 for what is not a JSON object or array, 413 when it is too large
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAXIMUM_BYTES) throw new ApiError(413, 'Payload too large');
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
  if (typeof value !== 'object' || value === null) throw new ApiError(400, 'Body should be a JSON object');
  return value;
}
