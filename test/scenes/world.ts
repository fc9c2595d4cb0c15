import { join } from 'node:path';
import { CloudFormationClient, paginateListStackResources, paginateListStacks } from '@aws-sdk/client-cloudformation';
import {
  CreateVolumeCommand,
  EC2Client,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import {
  type Person,
  type Sandbox,
  signIn,
  startSandbox,
  type UsedPermission,
  type WorkflowRun,
} from '@opensarlab/sandbox';
import type { Declaration } from '../../scripts/demo/declaration.ts';
import { type Stage, setStage } from '../../scripts/demo/stage.ts';
import { root } from '../../scripts/setup/install.mjs';

/** The tag by which a volume tells the claim that it was made for. */
const claimName = 'kubernetes.io/created-for/pvc/name';

/** Virtual seconds per real second: an EKS cluster takes less than a second. */
const scale = 1000;

/**
 * A repository as `bootstrap --configure-github` leaves it, an account, and the project's own workflows on a runner: what
 * scenes are played on, only from outside.
 */
export type World = {
  sandbox: Sandbox;
  stage: Stage;
  /** Two people with write access, of whom one reviews what the other proposes; and somebody who may only read. */
  ada: Person;
  bob: Person;
  mallory: Person;
  /** A GitHub App that somebody else installed, with write access to code, issues and pull requests. */
  app: Person;
  /** Approves as bob and merges as ada. @returns the commit that main is then */
  land(pullRequest: number, method?: 'merge' | 'squash' | 'rebase'): Promise<string>;
  /** Waits until nothing runs or is due. @returns the runs that ended since the last call, in the order of their ends */
  settle(): Promise<WorkflowRun[]>;
  /** Declares a lab, has it reviewed and deploys it. @returns the declaration */
  deploy(name: string): Promise<Declaration>;
  /** Puts the label on, lets the bot's pull request run. @returns the number of the teardown pull request */
  proposeTeardown(labelled: number, name: string): Promise<number>;
  /** Volumes of a lab's users, as the hub makes them. @returns their ids */
  createHomes(name: string, users: readonly string[], gib: number): Promise<string[]>;
  /** What the account is now: every resource of every stack, volumes and snapshots, by name, with what it is. */
  account(): Promise<Map<string, string>>;
  /** What the roles that change labs have done to the account since a moment: `role action resource`. */
  deeds(since: number): string[];
  /** Now, for `deeds`. */
  moment(): number;
  close(): Promise<void>;
};

export type WorldOptions = {
  /** Whether a reviewer lets every job into its environment at once; default true. */
  approveAtOnce?: boolean;
  /** Whether main keeps the rules that `bootstrap` gave it, default true; false: whatever is proposed can be merged and pushed. */
  ruled?: boolean;
};

export async function openWorld({ approveAtOnce = true, ruled = true }: WorldOptions = {}): Promise<World> {
  const sandbox = await startSandbox({ scale });
  const lines: string[] = [];
  const stage = await setStage(root, sandbox, {
    say: (line) => {
      lines.push(line);
      if (process.env['SCENES_VERBOSE'] === '1') process.stdout.write(`${line}\n`);
    },
    ...(approveAtOnce && { approve: () => true }),
  });
  const { github, aws } = sandbox;
  const { fullName } = stage.repository;
  if (!ruled) github.rulesets(fullName).clear();
  const permissions = {
    contents: 'write',
    issues: 'write',
    pull_requests: 'write',
    checks: 'write',
    statuses: 'write',
  } as const;
  const identity = { slug: 'helpful', id: 999, name: 'Helpful' };
  const appToken = github.createAppToken({ repository: fullName, app: identity, permissions });
  const folder = join(sandbox.folder, 'people');
  const place = { apiUrl: github.apiUrl, cloneUrl: stage.repository.cloneUrl, repository: fullName, folder };
  let seen = 0;
  let added = 0;

  const world: World = {
    sandbox,
    stage,
    ada: await sandbox.person(stage.repository, { login: 'ada', id: 1815, permission: 'write' }),
    bob: await sandbox.person(stage.repository, { login: 'bob', id: 1816, permission: 'write' }),
    mallory: await sandbox.person(stage.repository, { login: 'mallory', id: 666, permission: 'read' }),
    app: await signIn({ login: 'helpful[bot]', token: appToken }, place),
    async land(pullRequest, method) {
      await world.bob.approve(pullRequest);
      return await world.ada.merge(pullRequest, method);
    },
    async settle() {
      await stage.settle();
      const ended = stage.runs().slice(seen);
      seen = stage.runs().length;
      return ended;
    },
    async deploy(name) {
      const declaration = stage.declare(name);
      added += 1;
      const files = { [declaration.file]: declaration.text };
      const pull = await world.ada.propose(`add-${name}-${added}`, `Add ${name}`, files);
      await world.settle();
      await world.land(pull);
      const runs = await world.settle();
      const run = runs.find(({ workflowName }) => workflowName === 'deploy');
      if (run?.conclusion !== 'success') throw new Error(`${name} was not deployed:\n${describe(run)}`);
      return declaration;
    },
    async proposeTeardown(labelled, name) {
      await world.ada.label(labelled, 'destroy');
      await world.settle();
      const pull = (await world.ada.pulls()).find(({ title }) => title === `Tear down ${name}`);
      if (pull === undefined) throw new Error(`No teardown of ${name} was proposed.`);
      stage.approveRuns(pull.number);
      await world.settle();
      return pull.number;
    },
    async createHomes(name, users, gib) {
      const ec2 = new EC2Client(stage.administrator);
      const zone = `${stage.administrator.region}a`;
      const ids: string[] = [];
      for (const user of users) {
        const tags = {
          [`kubernetes.io/cluster/${name}-cluster`]: 'owned',
          [claimName]: `claim-${user}`,
          'kubernetes.io/created-for/pvc/namespace': 'jupyter',
          // An extra tag that the cluster's stack gives the CSI driver.
          'opensarlab:deployment': name,
        };
        const { VolumeId = '' } = await ec2.send(
          new CreateVolumeCommand({
            ...{ AvailabilityZone: zone, Size: gib, VolumeType: 'gp3' },
            TagSpecifications: [
              { ResourceType: 'volume', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
            ],
          }),
        );
        ids.push(VolumeId);
      }
      return ids;
    },
    account: () => lookAround(stage.administrator),
    moment: () => aws.used.length,
    deeds: (since) => aws.used.slice(since).flatMap(deedOf),
    async close() {
      await stage.close();
      await sandbox.close();
    },
  };
  return world;
}

/** How a run went, for a person who looks for the cause of a red scene. */
export function describe(run: WorkflowRun | undefined): string {
  if (run === undefined) return 'It did not run.';
  const jobs = run.jobs.map(({ name, conclusion, steps }) => {
    const failed = steps.filter((step) => step.conclusion === 'failure').map(({ log }) => log.slice(-3000));
    return [`  ${name}: ${conclusion}`, ...failed].join('\n');
  });
  const notes = run.annotations.map(({ message }) => `  ${message}`);
  return [`${run.workflowName} (${run.event.name}): ${run.conclusion}`, ...jobs, ...notes].join('\n');
}

const reads =
  /^(Describe|List|Get|BatchGet|Lookup|Estimate|Validate|Simulate|Detect|Test|AssumeRole|Head|Search|GitPull)/;

/** A change by a role that changes labs, other than its lock and its records. */
function deedOf({ principal, action, resource = '' }: UsedPermission): string[] {
  const role = /:assumed-role\/opensarlab-(deploy|destroy)\//.exec(principal)?.[1];
  const [service = '', operation = ''] = action.split(':');
  if (role === undefined || reads.test(operation)) return [];
  if (service === 's3' && /:opensarlab-records-[^/]*\/(locks|records|durations|receipts|ledgers)\//.test(resource))
    return [];
  return [`${role} ${action} ${resource}`];
}

async function lookAround(administrator: Stage['administrator']): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const client = new CloudFormationClient(administrator);
  for await (const { StackSummaries = [] } of paginateListStacks({ client }, {})) {
    for (const { StackName = '', StackId = '', StackStatus = '' } of StackSummaries) {
      if (StackStatus === 'DELETE_COMPLETE' || StackStatus === 'REVIEW_IN_PROGRESS') continue;
      found.set(StackName, StackId);
      for await (const { StackResourceSummaries = [] } of paginateListStackResources(
        { client },
        { StackName: StackId },
      )) {
        for (const { LogicalResourceId = '', PhysicalResourceId = '', ResourceStatus = '' } of StackResourceSummaries) {
          if (ResourceStatus !== 'DELETE_COMPLETE') found.set(`${StackName}/${LogicalResourceId}`, PhysicalResourceId);
        }
      }
    }
  }
  const ec2 = new EC2Client(administrator);
  for await (const { Volumes = [] } of paginateDescribeVolumes({ client: ec2 }, {})) {
    // Root disks come and go with machines.
    for (const { VolumeId = '', Size, Tags = [] } of Volumes) {
      if (Tags.some(({ Key }) => Key === claimName)) found.set(VolumeId, `volume of ${Size} GiB`);
    }
  }
  for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client: ec2 }, { OwnerIds: ['self'] })) {
    for (const { SnapshotId = '', VolumeId } of Snapshots) found.set(SnapshotId, `snapshot of ${VolumeId}`);
  }
  return found;
}
