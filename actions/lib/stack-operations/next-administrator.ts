import type { StackState } from '../ports/cloudformation.ts';

/** The administrator that a user pool is about to get: somebody else, or the same account with another address. */
export type NextAdministrator = { userName: string; address: string; isOther: boolean };

/**
 * Compares the declared administrator with the one that the user pool's stack has noted.
 * @param before the stack as it is; others than the user pool's have no administrator
 * @param parameters what the stack is about to get
 * @returns undefined when nothing changes
 */
export function nextAdministrator(
  before: StackState | undefined,
  parameters: Readonly<Record<string, string>>,
): NextAdministrator | undefined {
  const { AdminUserName: userName, AdminEmailAddress: address } = parameters;
  const noted = before?.parameters;
  if (userName === undefined || address === undefined || noted?.AdminUserName === undefined) return undefined;
  const isOther = noted.AdminUserName !== userName;
  return isOther || noted.AdminEmailAddress !== address ? { userName, address, isOther } : undefined;
}
