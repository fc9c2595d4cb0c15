import type { Deployment } from '../deployment/deployment.ts';
import { imagesOf, physicalName } from '../deployment/names.ts';
import { stackKinds } from '../stacks/stack.ts';
import type { Inventory } from './inventory.ts';
import { retentionOf } from './retention.ts';
import type { TeardownData, TeardownItem, TeardownPlan } from './teardown-plan.ts';

const steps: TeardownPlan['steps'] = [
  { id: 'freeze', title: 'Freeze', detail: 'Both pipelines are closed and what runs in them is stopped.' },
  { id: 'uninstall', title: 'Uninstall the hub', detail: 'Servers end; home volumes are left alone.' },
  { id: 'final-snapshots', title: 'Final snapshots', detail: 'Of every volume, if retain.final_snapshots is on.' },
  {
    id: 'stacks',
    title: 'Delete the stacks',
    detail: 'In reverse order, emptying buckets and repositories just before.',
  },
  {
    id: 'volumes',
    title: 'Delete volumes and snapshots',
    detail: 'By exact tags, except those tagged do-not-delete.',
  },
  { id: 'repositories', title: 'CodeCommit and logs', detail: 'Kept or deleted, as retain says.' },
  { id: 'verify', title: 'Verify', detail: 'Each resource is asked of its own service; the receipt lists all.' },
];

/**
 * What a teardown would do as far as the declaration tells, without asking AWS.
 * @param deployment undefined when its file cannot be read; then only the order is known
 */
export function declaredTeardown(name: string, deployment: Deployment | undefined): TeardownPlan {
  if (deployment === undefined) {
    const refusals = [`The declaration of ${name} cannot be read, so nothing says what it is made of.`];
    return { deployment: name, accountId: '', region: '', basis: 'declaration', refusals, steps, goes: [], stays: [] };
  }
  const { retain } = deployment;
  const goes: TeardownItem[] = stackKinds
    .filter((kind) => kind !== 'cognito' || !retain.cognito)
    .map((kind) => ({ title: `stack ${name}-${kind}`, type: 'AWS::CloudFormation::Stack', arn: `${name}-${kind}` }));
  goes.push(
    { title: 'images of the profiles', type: 'AWS::ECR::Repository', count: imagesOf(deployment).length },
    { title: 'home volumes and the hub’s volume', type: 'AWS::EC2::Volume' },
    { title: 'snapshots of them', type: 'AWS::EC2::Snapshot' },
  );
  const stays: TeardownPlan['stays'] = [];
  const place = (item: TeardownItem, isKept: boolean, rule: string, reason: string): void => {
    if (isKept) stays.push({ ...item, rule, reason });
    else if (!goes.some(({ title }) => title === item.title)) goes.push(item);
  };
  const cognito = { title: `stack ${name}-cognito`, type: 'AWS::CloudFormation::Stack', arn: `${name}-cognito` };
  place(cognito, retain.cognito, 'retain.cognito', 'Users are kept for statistics; sign-up is closed.');
  const repositories = ['code-container', 'code-cluster'].map((id) => physicalName(deployment, id));
  for (const arn of repositories) {
    const item = { title: `repository ${arn}`, type: 'AWS::CodeCommit::Repository', arn };
    place(item, retain.code_commit, 'retain.code_commit', 'The history of what was deployed is kept.');
  }
  place({ title: 'logs', type: 'AWS::Logs::LogGroup' }, retain.logs, 'retain.logs', 'Logs are kept for statistics.');
  const final = { title: 'final snapshots', type: 'AWS::EC2::Snapshot' };
  if (retain.final_snapshots) {
    place(final, true, 'retain.final_snapshots', 'The last state of each volume, made by the teardown.');
  }
  return { ...headerOf(deployment), basis: 'declaration', goes, stays };
}

/**
 * The same from what is in the account, resource by resource, with the data that would be lost.
 * @param more.storedBytes of log groups, by name, as far as known
 */
export function inventoriedTeardown(
  deployment: Deployment,
  inventory: Inventory,
  { data, storedBytes }: { data: TeardownData; storedBytes: ReadonlyMap<string, number> },
): TeardownPlan {
  const goes: TeardownItem[] = [];
  const stays: TeardownPlan['stays'] = [];
  for (const item of inventory.items) {
    // A name is only an expectation; what exists under it was also found in a stack or by its tags.
    if (item.foundIn === 'names') continue;
    const entry: TeardownItem = {
      title: `${item.physicalId}${item.tags?.Name === undefined ? '' : ` (${item.tags.Name})`}`,
      type: item.type,
      arn: item.arn,
      ...(item.sizeGib === undefined ? {} : { sizeGib: item.sizeGib }),
    };
    const retention = retentionOf(item, deployment, storedBytes.get(item.physicalId));
    if (retention === undefined) goes.push(entry);
    else stays.push({ ...entry, ...retention });
  }
  return { ...headerOf(deployment), basis: 'inventory', goes, stays, data };
}

function headerOf(
  deployment: Deployment,
): Pick<TeardownPlan, 'deployment' | 'accountId' | 'region' | 'refusals' | 'steps' | 'options'> {
  return {
    deployment: deployment.name,
    accountId: deployment.aws.account_id,
    region: deployment.aws.region,
    refusals: deployment.protected ? ['It is declared `protected: true`.'] : [],
    steps,
    options: deployment.retain,
  };
}
