import { physicalName, physicalNames } from '../deployment/names.ts';
import type { StepDone } from '../engine/ready-pool.ts';
import { mayDeleteNamed, mayDeletePool } from './sealed-consent.ts';
import type { TeardownContext } from './teardown-context.ts';

/** Closes the sign-up of the pools that stay, so that strangers cannot register and trigger mail. */
export async function closeSignUp({ deployment, ports, consent }: TeardownContext): Promise<StepDone> {
  const found = await ports.userPools.findByName(`${deployment.name}-cluster`);
  const pools = found.filter((id) => deployment.retain.cognito || !mayDeletePool(id, consent));
  if (pools.length === 0 && !deployment.retain.cognito) return { outcome: 'skipped', change: 'not kept' };
  if (pools.length === 0) return { outcome: 'skipped', change: 'already gone' };
  let closed = 0;
  for (const id of pools) {
    if ((await ports.userPools.find(id))?.signUpClosed !== false) continue;
    await ports.userPools.closeSignUp(id);
    closed += 1;
  }
  return { change: closed === 0 ? 'unchanged' : 'closed' };
}

/**
 * Deletes image repositories that no stack has deleted. Those of the deployment's profiles and of the hub are known by
 * name; others count only when the namespace is the deployment's own.
 */
export async function deleteImageRepositories({ deployment, ports, consent }: TeardownContext): Promise<StepDone> {
  const namespace = deployment.parameters.container_namespace;
  const own = new Set(
    physicalNames(deployment)
      .filter(({ id }) => id.startsWith('ecr-'))
      .map(({ name }) => name),
  );
  const found = await ports.images.list(namespace);
  const ours = found.filter(({ name }) => own.has(name) || namespace === `${deployment.name}-container`);
  const wanted = ours.filter(({ name }) => mayDeleteNamed(name, consent));
  for (const { name } of wanted) await ports.images.delete(name);
  return wanted.length === 0 ? { change: 'unchanged' } : { change: 'deleted', detail: list(wanted) };
}

/** Deletes the CodeCommit repositories, unless they are kept. */
export async function deleteRepositories({ deployment, ports, consent }: TeardownContext): Promise<StepDone> {
  if (deployment.retain.code_commit) return { outcome: 'skipped', change: 'retained' };
  const names = ['code-container', 'code-cluster'].map((id) => physicalName(deployment, id));
  const found: { name: string }[] = [];
  for (const name of names) {
    if (!mayDeleteNamed(name, consent) || (await ports.repositories.find(name)) === undefined) continue;
    await ports.repositories.delete(name);
    found.push({ name });
  }
  return found.length === 0 ? { change: 'unchanged' } : { change: 'deleted', detail: list(found) };
}

/** Deletes the log groups, unless they are kept; last, because everything else writes to them. */
export async function deleteLogGroups({ deployment, ports, inventory, consent }: TeardownContext): Promise<StepDone> {
  if (deployment.retain.logs) return { outcome: 'skipped', change: 'retained' };
  const names = inventory.items
    .filter(({ type }) => type === 'AWS::Logs::LogGroup')
    .map(({ physicalId }) => physicalId);
  const found: { name: string }[] = [];
  for (const name of new Set(names)) {
    if (!mayDeleteNamed(name, consent) || (await ports.logGroups.find(name)) === undefined) continue;
    await ports.logGroups.delete(name);
    found.push({ name });
  }
  return found.length === 0 ? { change: 'unchanged' } : { change: 'deleted', detail: list(found) };
}

function list(found: readonly { name: string }[]): string {
  return `${found.map(({ name }) => name).join(', ')}.`;
}
