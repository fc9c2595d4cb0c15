import { askGitHub } from './connection.ts';

/**
 * A request whose object may not exist: GitHub answers 404 for it, and for what the token may not see.
 * @param statuses answers that mean "nothing there"
 */
export async function orUndefined<T>(
  what: string,
  request: () => Promise<T>,
  statuses: readonly number[] = [404],
): Promise<T | undefined> {
  return await askGitHub(what, async () => {
    try {
      return await request();
    } catch (error) {
      if (error instanceof Error && 'status' in error && statuses.includes(Number(error.status))) return undefined;
      throw error;
    }
  });
}
