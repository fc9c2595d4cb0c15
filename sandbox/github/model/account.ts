import type { Tier } from './repository.ts';

/** A person, an organization or an app's bot. */
export type Account = {
  id: number;
  login: string;
  type: 'User' | 'Organization' | 'Bot';
  name: string | undefined;
  /** The address commits are matched with. */
  email: string;
  /** What the account may do in every repository; meaningless for organizations. */
  permission: 'read' | 'write' | 'admin';
  /** What the account pays for, as the owner of repositories. */
  plan?: Tier;
  /** Whether the person owns every organization of the sandbox: only owners see an organization's plan. */
  ownsOrganizations?: boolean;
};

/** The account behind every GITHUB_TOKEN, with the id it has on github.com. */
export const ACTIONS_BOT: Account = {
  id: 41898282,
  login: 'github-actions[bot]',
  type: 'Bot',
  name: 'github-actions[bot]',
  email: noReplyAddress(41898282, 'github-actions[bot]'),
  permission: 'read',
};

/**
 * The address of somebody who keeps theirs private
 * (docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address).
 */
export function noReplyAddress(id: number, login: string): string {
  return `${id}+${login}@users.noreply.github.com`;
}
