import { sudoGroup } from '../profile-names.ts';
import { quoteValue } from '../quote-value.ts';
import { type Check, repeated } from './check.ts';

const uniqueGroups: Check = {
  code: 'OSL141',
  rule: 'Group names are unique.',
  run({ groups }) {
    return repeated(groups, ({ name }) => name).map(({ index, first }) => ({
      path: `/groups/${index}/name`,
      message: `groups[${first}] is called ${quoteValue(groups[first]?.name)} already.`,
    }));
  },
};

const sudoIsForMembers: Check = {
  code: 'OSL142',
  rule: 'sudo is never for all users.',
  run({ groups }) {
    return groups.flatMap(({ name, all_users }, index) =>
      name === sudoGroup && all_users
        ? [
            {
              path: `/groups/${index}/all_users`,
              message: 'sudo cannot be for all users: its members are root in their servers.',
            },
          ]
        : [],
    );
  },
};

const storageInOrder: Check = {
  code: 'OSL143',
  rule: 'Snapshots outlive volumes, and warnings come before the end.',
  run({ storage }) {
    const { days_till_volume_deletion: volume, days_till_snapshot_deletion: snapshot } = storage;
    const warnings = storage.days_after_server_stop_till_warning_email;
    const late = warnings.flatMap((day, index) => (day < snapshot ? [] : [{ day, index }]));
    return [
      ...(volume <= snapshot
        ? []
        : [
            {
              path: '/storage/days_till_snapshot_deletion',
              message: `The snapshot would go after ${snapshot} days, before its volume after ${volume}.`,
            },
          ]),
      ...late.map(({ day, index }) => ({
        path: `/storage/days_after_server_stop_till_warning_email/${index}`,
        message: `The warning on day ${day} would come when the data are gone, on day ${snapshot}.`,
      })),
    ];
  },
};

const expiryIsADay: Check = {
  code: 'OSL144',
  rule: 'expires is a day of the calendar.',
  run({ expires }) {
    if (expires === undefined) return [];
    const parsed = new Date(`${expires}T00:00:00Z`);
    if (!Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(expires)) return [];
    return [{ path: '/expires', message: `There is no day ${expires}.` }];
  },
};

const rangesAreAddresses: Check = {
  code: 'OSL145',
  rule: 'Address ranges have parts of 0 to 255.',
  run({ network }) {
    return network.eks_public_access_cidrs.flatMap((range, index) => {
      const bytes = (range.split('/')[0] ?? '').split('.').map(Number);
      const path = `/network/eks_public_access_cidrs/${index}`;
      return bytes.every((byte) => byte <= 255)
        ? []
        : [{ path, message: `${quoteValue(range)} is not an address range.` }];
    });
  },
};

/** Rules about groups, storage, expiry and network. */
export const settingChecks: readonly Check[] = [
  uniqueGroups,
  sudoIsForMembers,
  storageInOrder,
  expiryIsADay,
  rangesAreAddresses,
];
