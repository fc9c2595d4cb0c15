import { fieldSchemaAt } from '../field-schema.ts';
import { sudoGroup } from '../profile-names.ts';
import { type Check, type CheckContext, type CheckFinding, type DeploymentDraft, entriesOf } from './check.ts';

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
    if (volume === undefined || volume <= snapshot) {
      return lateWarnings(storage.days_after_server_stop_till_warning_email ?? [], snapshot);
    }
    // Of days that are out of order the one is meant that somebody chose.
    const field = snapshot === defaultEnd ? 'days_till_volume_deletion' : 'days_till_snapshot_deletion';
    const message = `The snapshot would go after ${snapshot} days, before its volume after ${volume}.`;
    return [{ path: `/storage/${field}`, message }];
  },
};

/** Warnings on or after the day on which the data go; those of the default list together, since the file has no place for each. */
function lateWarnings(days: readonly (number | undefined)[], end: number): CheckFinding[] {
  const late = entriesOf(days).filter(({ entry }) => entry >= end);
  if (late.length > 0 && JSON.stringify(days) === JSON.stringify(defaultWarnings)) {
    const message = `The data would be gone on day ${end}, before the last warning, by default on day ${days.at(-1)}.`;
    return [{ path: '/storage/days_till_snapshot_deletion', message, hint: 'Raise it, or list earlier warnings.' }];
  }
  return late.map(({ index, entry: day }) => ({
    path: `/storage/days_after_server_stop_till_warning_email/${index}`,
    message: `The warning on day ${day} would come when the data are gone, on day ${end}.`,
  }));
}

const defaultEnd = fieldSchemaAt('/storage/days_till_snapshot_deletion')?.default;

const defaultWarnings = fieldSchemaAt('/storage/days_after_server_stop_till_warning_email')?.default;

const expiryIsADay: Check = {
  code: 'OSL144',
  run({ expires }) {
    if (expires === undefined || isDay(expires)) return [];
    return [{ path: '/expires', message: `The calendar has no day ${expires}.` }];
  },
};

function isDay(text: string): boolean {
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

/** Whether the declaration's day is over. */
function isOver({ expires }: DeploymentDraft, { folder, today }: CheckContext): boolean {
  if (expires === undefined || today === undefined || folder.startsWith('_')) return false;
  return isDay(expires) && expires < today;
}

const newExpiryIsAhead: Check = {
  code: 'OSL140',
  run(deployment, context) {
    const { before, today } = context;
    const isNew = before !== undefined && before.expires !== deployment.expires;
    if (!isNew || !isOver(deployment, context)) return [];
    return [{ path: '/expires', message: `expires is ${deployment.expires}, but today is ${today}.` }];
  },
};

const expiryIsAhead: Check = {
  code: 'OSL150',
  run(deployment, context) {
    const { before } = context;
    const isNew = before !== undefined && before.expires !== deployment.expires;
    if (isNew || !isOver(deployment, context)) return [];
    return [{ path: '/expires', message: `The deployment expired on ${deployment.expires}.` }];
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

/** In characters; the functions' other settings, with all names, fit into the rest of the 4,096 bytes. */
const longestLists = 3000;

const listsFitTheirFunction: Check = {
  code: 'OSL163',
  run({ users }) {
    const lists = [users?.allowed_email_domains ?? [], users?.allowed_emails ?? []];
    const length = lists.map((list) => list.join(',').length).reduce((sum, each) => sum + each, 0);
    if (length <= longestLists) return [];
    const path = `/users/${lists[0]?.length === 0 ? 'allowed_emails' : 'allowed_email_domains'}`;
    return [{ path, message: `The domains and addresses that may sign up have ${length} characters together.` }];
  },
};

const isToBeDeployed: Check = {
  code: 'OSL166',
  run({ adopt }) {
    if (adopt !== 'destroy-only') return [];
    return [
      {
        path: '/adopt',
        message: 'The deployment is only planned for a teardown and destroyed; merging deploys nothing.',
      },
    ];
  },
};

/** Rules about groups, storage, expiry, the hosted zone and adoption. */
export const settingChecks: readonly Check[] = [
  sudoIsForMembers,
  storageInOrder,
  expiryIsADay,
  newExpiryIsAhead,
  expiryIsAhead,
  zoneHasHost,
  listsFitTheirFunction,
  isToBeDeployed,
];
