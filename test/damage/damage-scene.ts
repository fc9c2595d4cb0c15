import { CloudFormationClient, DetectStackResourceDriftCommand } from '@aws-sdk/client-cloudformation';
import { toFailure } from '../../actions/lib/failure.ts';
import { approvedAfter } from '../../actions/lib/plan/approval.ts';
import type { Plan } from '../../actions/lib/plan/plan.ts';
import type { PlanRow } from '../../actions/lib/plan/plan-row.ts';
import type { StackResource } from '../../actions/lib/ports/cloudformation.ts';
import { type StackKind, stackKinds } from '../../actions/lib/stacks/stack.ts';
import type { TestAccount } from '../deploy-account.ts';
import {
  type Declared,
  declaration,
  deploy,
  openReadyAccount,
  planOf,
  type Replacement,
} from '../operator-changes/change-scene.ts';

/**
 * How a damage is put back: by any deployment, where all of it was approved before; by one whose plan has shown it, where
 * it deletes, replaces or grants; or by people, where CloudFormation does not do it, after plan and deploy have said how.
 */
export type Repair = 'at once' | 'with consent' | 'by hand';

/** What is damaged: a property of a resource, or with an empty one the whole. */
export type Place = { stack: StackKind; logicalId: string; property: string };

/** What became of a damage. */
export type Outcome = {
  /** Places of which the plan does not say that they are damaged. */
  unseen: Place[];
  repair: Repair;
  /** Whether everything is as it was before, by what its owner says, and a thorough plan finds nothing to do. */
  restored: boolean;
  /** What the first plan says of the stacks, and how the deployments ended that did not put it back. */
  details: string[];
};

/** A lab that is deployed and approved as it is, and damaged behind the product's back. */
export type DamageScene = {
  account: TestAccount;
  plan(isThorough?: boolean): Promise<Plan>;
  /** How a deployment of this moment ends: a failure's code and message, or nothing. @param plan what is approved in addition */
  deploy(plan?: Plan): Promise<string | undefined>;
  find(stack: StackKind, logicalIdOrType: string): Promise<StackResource>;
  /**
   * Inflicts damages, plans and deploys until all is put back or nothing changes any more.
   * @param byHand what plan and deploy tell people to do
   */
  play(places: readonly Place[], inflict: () => Promise<unknown>, byHand?: () => Promise<unknown>): Promise<Outcome>;
  close(): Promise<void>;
};

export const region = 'us-west-2';

export async function openDamageScene(): Promise<DamageScene> {
  const account = await openReadyAccount();
  account.sandbox.setup.createHostedZone('Z0123456789ABCDEFGHIJ', 'example.org');
  const withRecord: Replacement = ['# hosted_zone_id:', 'hosted_zone_id:'];
  const declared: Declared = { text: declaration(account, withRecord, ['sign_up: closed', 'sign_up: approval']) };
  const first = await planOf(account, declared);
  await deploy(account, declared, first);
  const approved: PlanRow[] = approvedAfter({ baseline: [], rows: first.rows, lookedUp: {} });
  const scene: Omit<DamageScene, 'play'> = {
    account,
    plan: (isThorough = false) => planOf(account, declared, { isThorough }),
    async deploy(plan) {
      try {
        await deploy(account, declared, plan ?? { ...first, rows: [] }, stackKinds, approved);
        return undefined;
      } catch (error) {
        const { code, message } = toFailure(error);
        return `${code}: ${message}`;
      }
    },
    async find(stack, logicalIdOrType) {
      const resources = await account.connect().cloudFormation.listResources(`example-${stack}`);
      const found = resources.find(({ logicalId, type }) => logicalId === logicalIdOrType || type === logicalIdOrType);
      if (found === undefined) throw new RangeError(logicalIdOrType);
      return found;
    },
    close: () => account.close(),
  };
  return { ...scene, play: (places, inflict, byHand) => play(scene, places, inflict, byHand) };
}

/** More plans than this for one damage mean that repairs do not end. */
const maxPlans = 3;

async function play(
  scene: Omit<DamageScene, 'play'>,
  places: readonly Place[],
  inflict: () => Promise<unknown>,
  byHand?: () => Promise<unknown>,
): Promise<Outcome> {
  const { account } = scene;
  const before = await stateOfAll(account);
  await inflict();
  await account.sandbox.world.settle();
  const plan = await scene.plan(true);
  const unseen = places.filter((place) => !isSeen(plan, place));
  const details = plan.stacks.flatMap(({ detail }) => detail ?? []);

  let [repair, failure]: [Repair, string | undefined] = ['at once', await scene.deploy()];
  for (let plans = 0; failure !== undefined && plans < maxPlans; plans += 1) {
    details.push(failure);
    repair = 'with consent';
    failure = await scene.deploy(await scene.plan(true));
  }
  if (failure !== undefined && byHand !== undefined) {
    repair = 'by hand';
    await byHand();
    await account.sandbox.world.settle();
    failure = await scene.deploy(await scene.plan(true));
  }
  if (failure !== undefined) details.push(failure);
  const thorough = await scene.plan(true);
  details.push(
    ...thorough.stacks.flatMap(({ action, name, detail }) =>
      action === 'unchanged' ? [] : `${name}: ${detail ?? action}`,
    ),
  );
  const isUnchanged = thorough.stacks.every(({ action }) => action === 'unchanged');
  const other = differing(
    before,
    await stateOfAll(account),
    places.some(({ property }) => property === ''),
  );
  return {
    unseen,
    details: [...details, ...other],
    repair,
    restored: failure === undefined && isUnchanged && other.length === 0,
  };
}

function isSeen({ stacks }: Plan, { stack, logicalId, property }: Place): boolean {
  const { drift = [] } = stacks.find(({ kind }) => kind === stack) ?? {};
  return drift.some((found) => found.logicalId === logicalId && found.property.split('/')[0] === property);
}

type State = ReadonlyMap<string, { status: string; properties: string }>;

/** Resources that are otherwise. What was made anew has new ids and names, which others have as values. */
function differing(before: State, after: State, isNew: boolean): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    return was?.status !== is?.status || (!isNew && was?.properties !== is?.properties);
  });
}

/** What CloudFormation finds of every resource in its service, by stack and logical id. */
async function stateOfAll(account: TestAccount): Promise<State> {
  const client = new CloudFormationClient(account.settings);
  const { cloudFormation } = account.connect();
  const state = new Map<string, { status: string; properties: string }>();
  for (const kind of stackKinds) {
    const StackName = `example-${kind}`;
    const resources = await cloudFormation.listResources(StackName);
    await Promise.all(
      resources.map(async ({ logicalId: LogicalResourceId }) => {
        const command = new DetectStackResourceDriftCommand({ StackName, LogicalResourceId });
        const drift = await client.send(command).then(
          ({ StackResourceDrift: found }) => found,
          () => undefined,
        );
        state.set(`${kind}/${LogicalResourceId}`, {
          status: drift?.StackResourceDriftStatus ?? 'not supported',
          properties: drift?.ActualProperties ?? '',
        });
      }),
    );
  }
  return state;
}
