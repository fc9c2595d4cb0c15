import type { CodeEntry } from './code-entry.ts';

/** OSL14x: groups, storage, network and sources. */
export const settingCodes = {
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
    rule: 'Address ranges have parts of 0 to 255.',
    cause: 'A part of the address is too large.',
    remedy: 'Correct the range.',
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
} as const satisfies Record<string, CodeEntry>;
