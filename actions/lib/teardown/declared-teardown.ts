import type { Deployment } from '../deployment/deployment.ts';
import { imagesOf, physicalName } from '../deployment/names.ts';
import type { RetainOption } from '../resources/resource-types.ts';
import { isKeptStack, stackDefinitions, stackName } from '../stacks/catalogue.ts';
import { type StackKind, stackKinds } from '../stacks/stack.ts';
import type { Inventory } from './inventory.ts';
import { keptReasons, retentionOf } from './retention.ts';
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
  const goes = stackKinds.filter((kind) => !isKeptStack(kind, deployment)).map((kind) => stackItem(name, kind));
  goes.push(
    { title: 'images of the profiles', type: 'AWS::ECR::Repository', count: imagesOf(deployment).length },
    { title: 'home volumes and the hub’s volume', type: 'AWS::EC2::Volume' },
    { title: 'snapshots of them', type: 'AWS::EC2::Snapshot' },
  );
  const stays: TeardownPlan['stays'] = [];
  const place = (item: TeardownItem, option: RetainOption): void => {
    if (retain[option]) stays.push({ ...item, rule: `retain.${option}`, reason: keptReasons[option] });
    else if (!goes.some(({ title }) => title === item.title)) goes.push(item);
  };
  for (const kind of stackKinds) {
    const { keptBy } = stackDefinitions[kind];
    if (keptBy !== 'nothing') place(stackItem(name, kind), keptBy);
  }
  const repositories = ['code-container', 'code-cluster'].map((id) => physicalName(deployment, id));
  for (const arn of repositories) {
    const item = { title: `repository ${arn}`, type: 'AWS::CodeCommit::Repository', arn };
    place(item, 'code_commit');
  }
  place({ title: 'logs', type: 'AWS::Logs::LogGroup' }, 'logs');
  if (retain.final_snapshots) {
    const reason = 'The last state of each volume, made by the teardown.';
    stays.push({ title: 'final snapshots', type: 'AWS::EC2::Snapshot', rule: 'retain.final_snapshots', reason });
  }
  return { ...headerOf(deployment), basis: 'declaration', goes, stays };
}

function stackItem(name: string, kind: StackKind): TeardownItem {
  const stack = stackName(name, kind);
  return { title: `stack ${stack}`, type: 'AWS::CloudFormation::Stack', arn: stack };
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
