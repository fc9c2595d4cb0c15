import { type Account, noReplyAddress } from './account.ts';
import { ACTIONS_APP_ID } from './ruleset.ts';

/** A GitHub App, as check runs and rulesets name it. */
export type AppIdentity = { id: number; slug: string; name: string };

/** The app behind every workflow: all check runs of jobs and of GITHUB_TOKEN are its (`GET /apps/github-actions`). */
export const ACTIONS_APP: AppIdentity = { id: ACTIONS_APP_ID, slug: 'github-actions', name: 'GitHub Actions' };

/** The account an app acts as: `slug[bot]`. @param accountId differs from the app's id, as on GitHub */
export function botOf(app: AppIdentity, accountId: number): Account {
  const login = `${app.slug}[bot]`;
  return {
    id: accountId,
    login,
    type: 'Bot',
    name: login,
    email: noReplyAddress(accountId, login),
    permission: 'read',
  };
}
