import { sudoGroup } from '../profile-names.ts';
import { quoteValue } from '../quote-value.ts';
import { type Check, entriesOf } from './check.ts';

const sudoIsForMembers: Check = {
  code: 'OSL142',
  run({ groups }) {
    return entriesOf(groups)
      .filter(({ entry }) => entry.name === sudoGroup && entry.all_users === true)
      .map(({ index }) => ({
        path: `/groups/${index}/all_users`,
        message: 'sudo cannot be for all users: its members are root in their servers.',
      }));
  },
};

const storageInOrder: Check = {
  code: 'OSL143',
  run({ storage = {} }) {
    const { days_till_volume_deletion: volume, days_till_snapshot_deletion: snapshot } = storage;
    if (snapshot === undefined) return [];
    const late = entriesOf(storage.days_after_server_stop_till_warning_email).filter(({ entry }) => entry >= snapshot);
    const warnings = late.map(({ index, entry: day }) => ({
      path: `/storage/days_after_server_stop_till_warning_email/${index}`,
      message: `The warning on day ${day} would come when the data are gone, on day ${snapshot}.`,
    }));
    if (volume === undefined || volume <= snapshot) return warnings;
    const message = `The snapshot would go after ${snapshot} days, before its volume after ${volume}.`;
    return [{ path: '/storage/days_till_snapshot_deletion', message }, ...warnings];
  },
};

const expiryIsADay: Check = {
  code: 'OSL144',
  run({ expires }) {
    if (expires === undefined) return [];
    const parsed = new Date(`${expires}T00:00:00Z`);
    if (!Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(expires)) return [];
    return [{ path: '/expires', message: `The calendar has no day ${expires}.` }];
  },
};

const rangesAreAddresses: Check = {
  code: 'OSL145',
  run({ network }) {
    return entriesOf(network?.eks_public_access_cidrs).flatMap(({ index, entry: range }) => {
      const bytes = (range.split('/')[0] ?? '').split('.').map(Number);
      const path = `/network/eks_public_access_cidrs/${index}`;
      if (bytes.every((byte) => byte <= 255)) return [];
      return [{ path, message: `${quoteValue(range)} is no address range: its parts go up to 255.` }];
    });
  },
};

const zoneHasHost: Check = {
  code: 'OSL149',
  run({ parameters, network }) {
    if (network?.hosted_zone_id === undefined || parameters?.deployment_url !== 'load balancer') return [];
    const message = 'With load balancer as deployment_url nothing is written into the hosted zone.';
    return [{ path: '/network/hosted_zone_id', message }];
  },
};

/** Rules about groups, storage, expiry and network. */
export const settingChecks: readonly Check[] = [
  sudoIsForMembers,
  storageInOrder,
  expiryIsADay,
  rangesAreAddresses,
  zoneHasHost,
];
