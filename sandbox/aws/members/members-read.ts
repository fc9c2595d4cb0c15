import { readFileSync } from 'node:fs';

/** The members of its request that each operation of a service reads, as dotted paths. */
export type MembersRead = Readonly<Record<string, readonly string[]>>;

let read: Readonly<Record<string, MembersRead>> | undefined;

/**
 * What a service's operations read, found out from their code (`npm run check:members`). Lists and maps add nothing to a
 * path; a path without deeper ones stands for everything below it.
 * @param service its signing name
 */
export function membersRead(service: string): MembersRead {
  read ??= JSON.parse(readFileSync(new URL('read-members.data.json', import.meta.url), 'utf8')) as typeof read;
  return read?.[service] ?? {};
}
