import type { PreflightCheck } from './preflight-check.ts';

/** What a declaration may say that nothing acts on yet: said before merging, never silently left out. */
export const supportChecks: readonly PreflightCheck[] = [
  {
    id: 'storage-lifecycle',
    title: 'Storage lifecycle',
    run: async ({ deployment: { storage } }) => ({
      outcome: 'warning',
      detail: `Nothing acts on the days under storage yet: home volumes stay, and cost, until the teardown, not for ${storage.days_till_volume_deletion} days.`,
      hint: 'Delete volumes that nobody needs by hand meanwhile.',
    }),
  },
];
