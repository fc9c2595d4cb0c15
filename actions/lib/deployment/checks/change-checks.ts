import type { DiagnosticCode } from '../diagnostic-codes.ts';
import type { Finding } from '../finding.ts';
import { visibilityGroup } from '../profile-names.ts';
import { storageBytes } from '../quantities.ts';
import { quoteValue } from '../quote-value.ts';
import { type DeploymentDraft, entriesOf } from './check.ts';

type Fixed = { code: DiagnosticCode; path: string; what: string; of(deployment: DeploymentDraft): string | undefined };

/** What cannot change after the first deployment. */
const fixed: readonly Fixed[] = [
  { code: 'OSL301', path: '/parameters/cost_tag_value', what: 'name', of: ({ name }) => name },
  { code: 'OSL302', path: '/aws/region', what: 'region', of: ({ aws }) => aws?.region },
  { code: 'OSL303', path: '/aws/account_id', what: 'account', of: ({ aws }) => aws?.account_id },
  {
    code: 'OSL304',
    path: '/parameters/az_suffix',
    what: 'zone of the home volumes',
    of: ({ parameters }) => parameters?.az_suffix,
  },
];

/**
 * Compares a deployment with what was declared before, usually on the base branch, and finds changes that AWS or the
 * users’ data do not survive. Profiles are recognized by their names.
 * @returns findings about `after`
 */
export function checkChanges(before: DeploymentDraft, after: DeploymentDraft): Finding[] {
  const changed = fixed.flatMap(({ code, path, what, of }): Finding[] => {
    const [old, now] = [of(before), of(after)];
    if (old === undefined || now === undefined || old === now) return [];
    return [
      {
        code,
        path,
        message: `The ${what} changes from ${quoteValue(old)} to ${quoteValue(now)}, which is not possible.`,
      },
    ];
  });
  return [...changed, ...shrunkVolumes(before, after), ...lostMembers(before, after)];
}

function shrunkVolumes(before: DeploymentDraft, after: DeploymentDraft): Finding[] {
  const sizes = new Map(entriesOf(before.profiles).map(({ entry }) => [entry.name, entry.storage_capacity]));
  return entriesOf(after.profiles).flatMap(({ index, entry: { name, storage_capacity: now } }): Finding[] => {
    const old = name === undefined ? undefined : sizes.get(name);
    if (old === undefined || now === undefined || storageBytes(now) >= storageBytes(old)) return [];
    const message = `The home volumes of ${quoteValue(name)} shrink from ${old} to ${now}, which is not possible.`;
    return [{ code: 'OSL305', path: `/profiles/${index}/storage_capacity`, message }];
  });
}

/** Renamed profiles, known by image and node, whose former group nobody mentions any more. */
function lostMembers(before: DeploymentDraft, after: DeploymentDraft): Finding[] {
  const [old, now] = [namedProfiles(before), namedProfiles(after)];
  const mentioned = new Set([
    ...now.map(({ group }) => group),
    ...entriesOf(after.groups).map(({ entry: { name } }) => name),
  ]);
  const open = new Set(
    entriesOf(before.groups).map(({ entry }) => (entry.all_users === true ? entry.name : undefined)),
  );
  const gone = old.filter(({ name, group }) => !now.some((each) => each.name === name) && !mentioned.has(group));
  return now.flatMap(({ index, name, kind }): Finding[] => {
    const former = gone.find((each) => each.kind === kind && !open.has(each.group));
    if (former === undefined || old.some((each) => each.name === name)) return [];
    const message = `${quoteValue(name)} looks like ${quoteValue(former.name)} under another name, whose members would not see it.`;
    return [{ code: 'OSL306', path: `/profiles/${index}/name`, message, hint: `Write group: ${former.group}` }];
  });
}

/** Profiles with their group and what they are known by beside their name. */
function namedProfiles({ profiles }: DeploymentDraft) {
  return entriesOf(profiles).flatMap(({ index, entry: { name, group, image_name: image, node_name: node } }) => {
    if (name === undefined) return [];
    return [{ index, name, group: visibilityGroup({ name, group }), kind: `${image} ${node}` }];
  });
}
