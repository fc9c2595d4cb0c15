import type { CodeEntry } from './code-entry.ts';

/** OSL14x, OSL150, OSL162, OSL163 and OSL166 to OSL168: groups, storage, expiry, network, sources, users and adoption. */
export const settingCodes = {
  OSL140: {
    severity: 'error',
    rule: 'A day that is newly set in expires is not in the past.',
    cause: 'The year is wrong, or the declaration was copied with its day. A teardown would be proposed at once.',
    remedy: 'Set a day to come, or leave expires out.',
  },
  OSL141: {
    severity: 'error',
    rule: 'Group names are unique.',
    cause: 'A group was copied.',
    remedy: 'Rename one of the two.',
  },
  OSL142: {
    severity: 'error',
    rule: 'sudo is never for all users.',
    cause: 'Its members are root in their servers.',
    remedy: 'Remove all_users, and make single users members.',
  },
  OSL143: {
    severity: 'error',
    rule: 'Snapshots outlive volumes, and warnings come before the end.',
    cause: 'The days were changed one by one. All count from the stop of a server.',
    remedy: 'Raise days_till_snapshot_deletion, or lower the other days.',
  },
  OSL144: {
    severity: 'error',
    rule: 'expires is a day of the calendar.',
    cause: 'The month has no such day.',
    remedy: 'Correct the day.',
  },
  OSL145: {
    severity: 'error',
    rule: 'Address ranges have parts of 0 to 255 and are public.',
    cause:
      'A part of the address is too large, or the range is a private or reserved one: the endpoint is on the internet, and EKS refuses such ranges.',
    remedy: 'Write the range from which people and CodeBuild reach the internet.',
  },
  OSL146: {
    severity: 'warning',
    rule: 'A group that stands for a profile has exactly its name, with spaces as _.',
    cause:
      'The name differs from a profile’s group only in case or punctuation, so that it is another group and the profile’s stays as it is.',
    remedy: 'Write the name of the profile with spaces as _.',
  },
  OSL147: {
    severity: 'error',
    rule: 'Sources are pinned to a tag or a commit.',
    cause: 'A branch moves: the next run would deploy other code than was reviewed.',
    remedy: 'Write a tag or a commit of 40 hex digits, or add the commit that the branch must be at.',
  },
  OSL148: {
    severity: 'error',
    rule: 'ref and commit agree.',
    cause: 'ref is a commit itself, and commit another one.',
    remedy: 'Remove commit, or correct one of the two.',
  },
  OSL149: {
    severity: 'warning',
    rule: 'A hosted zone has a host to make a record for.',
    cause: 'With `load balancer` as deployment_url no record is made.',
    remedy: 'Set deployment_url to the host in the zone, or remove hosted_zone_id.',
  },
  OSL150: {
    severity: 'warning',
    rule: 'The day in expires has not passed.',
    cause: 'The deployment was declared for a time that is over.',
    remedy: 'Tear it down, or set a later day.',
  },
  OSL162: {
    severity: 'warning',
    rule: 'Address ranges start with their first address.',
    cause: 'The address has bits behind the prefix that do not count, so the range is another one than it looks like.',
    remedy: 'Write the first address of the range, or /32 for a single address.',
  },
  OSL163: {
    severity: 'error',
    rule: 'The lists of who may sign up have at most 3,000 characters together.',
    cause: 'They are settings of a function, all of which together may have 4,096 bytes (AWS Lambda quotas).',
    remedy: 'Allow whole domains, or use sign_up: approval without a list and admit people by hand.',
  },
  OSL166: {
    severity: 'warning',
    rule: 'A deployment is there to be deployed.',
    cause: 'adopt: destroy-only says that it is only planned for a teardown and destroyed: merging deploys nothing.',
    remedy: 'To destroy it, put the label destroy on a pull request that touched it. To deploy it, remove the field.',
  },
  OSL168: {
    severity: 'error',
    rule: 'Addresses of sources name their folders, without . and ...',
    cause: 'The address was put together by hand. Servers and Git read such a path differently.',
    remedy: 'Write the address as the server shows it.',
  },
  OSL167: {
    severity: 'error',
    rule: 'In workflows sources are on the public internet, by https or ssh.',
    cause:
      'A workflow that fetches from its own machine, its network or its metadata service would copy into the mirror what a proposal must not reach. On a laptop such sources are allowed.',
    remedy: 'Write the https address of a public repository. Runners of your own may set OPENSARLAB_LOCAL_SOURCES=1.',
  },
} as const satisfies Record<string, CodeEntry>;
