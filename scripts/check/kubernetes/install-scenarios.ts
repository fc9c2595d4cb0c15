import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { matrixCaseOf } from '../pipeline-checkout.ts';
import type { MatrixCase } from '../static-proof/deployment-matrix.ts';
import { changesBetween, podLives, type Snapshot, takeSnapshot, without } from './cluster-snapshot.ts';
import { startProfilesFromHere } from './local-hub.ts';
import { expect, expectNone, NotRun, type Scenario } from './scenario.ts';
import { expectSuccess, find, type Revision, revisionsOf, revisionText, type Stage } from './stage.ts';
import { claimName, startUserServer, userServer } from './user-server.ts';

const FIRST_COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
const SECOND_COMMIT = 'b2c3d4e5f60718293a4b5c6d7e8f9001122334a1';

/** What most organizations declare. */
const declared = matrixCaseOf('typical');

/** The same with one value changed, which reaches the hub and nothing else. */
function changedDeclaration(memory: string): MatrixCase {
  const text = declared.text.replaceAll('memory_guarantee: 1G', `memory_guarantee: ${memory}`);
  if (text === declared.text) throw new Error('The declaration has no memory_guarantee to change.');
  return { ...declared, text };
}

/** Helm's own records, of which an upgrade makes one. */
const RECORDS = /^Secret \S+\/sh\.helm\.release\.v1\./;
/** What a rollout makes and ends; ReplicaSets stay as its history. */
const rollout = (name: string): RegExp => new RegExp(`^(Pod|ReplicaSet) \\S+/${name}-[a-z0-9]+(-[a-z0-9]+)?$`);

const install = 'first install';
const upgraded = 'a changed value changes the hub and nothing else';
const userRuns = "a user's server runs";
const uninstalled = 'uninstall leaves the homes and removes the rest';

/** Installing, again, changing, killing and removing, in an order in which each finds what the one before left. */
export const installScenarios: readonly Scenario<Stage>[] = [
  {
    name: install,
    asked: 'phase.sh install on an empty cluster',
    async run(stage) {
      if (stage.noCharts !== undefined) throw new NotRun(stage.noCharts);
      stage.job.push(declared, FIRST_COMMIT);
      expectSuccess(await stage.job.phase('install'));
      const revisions = await deployedRevisions(stage);
      const after = await settled(stage);
      expectNone(unready(after, stage), 'not ready');
      const pods = [...podLives(after).keys()].filter((key) => !stage.empty.has(key));
      return `${revisions}; ${changesBetween(stage.empty, after).added.length} objects, ${pods.length} pods ready`;
    },
  },
  {
    name: 'install again restarts nothing',
    asked: 'phase.sh install once more: every pod the same, its containers not restarted, no object changed',
    needs: [install],
    async run(stage) {
      const before = await settled(stage);
      expectSuccess(await stage.job.phase('install'));
      const after = await settled(stage);
      expectSameLives(before, after, stage.cannotRun);
      const { added, removed, replaced, changed } = changesBetween(before, after);
      expectNone(without([...added, ...removed, ...replaced, ...changed], RECORDS), 'not the same');
      return `${podLives(after).size} pods the same, no other object changed; ${await deployedRevisions(stage)}`;
    },
  },
  {
    name: userRuns,
    asked: 'a claim and a pod as KubeSpawner makes them: a volume is made, the pod runs',
    needs: [install],
    async run({ client }) {
      await startUserServer(client, 'registry.k8s.io/pause:3.10');
      const volume = await untilUserRuns(client);
      return `${claimName} is bound to ${volume}`;
    },
  },
  {
    name: 'every profile starts',
    asked: 'phase.sh smoke; without real nodes its program, with JupyterHub, proxy and KubeSpawner as processes here',
    needs: [install],
    async run(stage) {
      if (stage.nodesAreStoodIn)
        return startProfilesFromHere(stage.client, stage.programs, declared, join(stage.folder, 'hub'));
      const run = await stage.job.phase('smoke');
      expectSuccess(run);
      return run.output;
    },
  },
  {
    name: upgraded,
    asked: 'another memory_guarantee is declared: only the hub restarts',
    needs: [install, userRuns],
    async run(stage) {
      const before = await settled(stage);
      stage.job.push(changedDeclaration('2G'), FIRST_COMMIT);
      expectSuccess(await stage.job.phase('install'));
      const after = await settled(stage);
      return `${expectOnlyRolledOut(stage, [before, after], ['hub'])}; ${await deployedRevisions(stage)}`;
    },
  },
  {
    name: 'another commit changes the hub and the services',
    asked: 'the same declaration at another commit: hub and notifications restart, nothing else',
    needs: [upgraded],
    async run(stage) {
      const before = await settled(stage);
      stage.job.push(changedDeclaration('2G'), SECOND_COMMIT);
      expectSuccess(await stage.job.phase('install'));
      const after = await settled(stage);
      return `${expectOnlyRolledOut(stage, [before, after], ['hub', 'notifications'])}; ${await deployedRevisions(stage)}`;
    },
  },
  {
    name: 'an upgrade recovers after Helm was killed at its start',
    asked: 'SIGKILL as soon as Helm has written pending-upgrade, then phase.sh install again',
    needs: [upgraded],
    async run(stage) {
      const before = await settled(stage);
      stage.job.push(changedDeclaration('3G'), SECOND_COMMIT);
      const left = await killed(stage, 'install', async () => (await pending(stage, 'pending-upgrade')) !== undefined);
      expectSuccess(await stage.job.phase('install'));
      const after = await settled(stage);
      return `left as ${left}; ${expectOnlyRolledOut(stage, [before, after], ['hub'])}; ${await deployedRevisions(stage)}`;
    },
  },
  {
    name: 'an upgrade recovers after Helm was killed in its middle',
    asked: 'SIGKILL as soon as the hub’s Deployment is changed, then phase.sh install again',
    needs: [upgraded],
    async run(stage) {
      const before = await settled(stage);
      stage.job.push(changedDeclaration('4G'), SECOND_COMMIT);
      const generation = await generationOfHub(stage);
      const left = await killed(stage, 'install', async () => (await generationOfHub(stage)) !== generation);
      expectSuccess(await stage.job.phase('install'));
      const after = await settled(stage);
      return `left as ${left}; ${expectOnlyRolledOut(stage, [before, after], ['hub'])}; ${await deployedRevisions(stage)}`;
    },
  },
  {
    name: uninstalled,
    asked: 'phase.sh uninstall with KEEP_VOLUMES=true, as a teardown asks: what stays is listed, by what may stay',
    needs: [install, userRuns],
    async run(stage) {
      const { volume } = await userServer(stage.client);
      expectSuccess(await stage.job.phase('uninstall', { KEEP_VOLUMES: 'true' }));
      const after = await settled(stage);
      const { added } = changesBetween(stage.empty, after);
      expectNone(without(added, ...MAY_STAY), 'left behind');
      expect((await userServer(stage.client)).volume === volume, () => 'the claim has lost its volume');
      const claims = added.filter((key) => key.startsWith('PersistentVolumeClaim '));
      return `${claims.join(', ')} with their volumes; ${added.length} objects stay, all of them expected`;
    },
  },
  {
    name: 'uninstall again finds nothing to do',
    asked: 'phase.sh uninstall once more',
    needs: [uninstalled],
    async run(stage) {
      const before = await settled(stage);
      expectSuccess(await stage.job.phase('uninstall', { KEEP_VOLUMES: 'true' }));
      const { added, removed, replaced, changed } = changesBetween(before, await settled(stage));
      expectNone([...added, ...removed, ...replaced, ...changed], 'not the same');
      return 'nothing changed';
    },
  },
  {
    name: 'install after uninstall finds what stayed',
    asked: 'phase.sh install: the same claims with the same volumes, and a server starts with its home',
    needs: [uninstalled],
    async run(stage) {
      const before = claimsOf(await settled(stage));
      expectSuccess(await stage.job.phase('install'));
      await startUserServer(stage.client, 'registry.k8s.io/pause:3.10');
      await untilUserRuns(stage.client);
      const after = claimsOf(await settled(stage));
      const lost = [...before].filter(([key, uid]) => after.get(key) !== uid).map(([key]) => key);
      expectNone(lost, 'another one, or none');
      return `${[...before.keys()].join(', ')} the same; ${await deployedRevisions(stage)}`;
    },
  },
  {
    name: 'uninstall goes on after Helm was killed',
    asked: 'SIGKILL as soon as Helm has written uninstalling, then phase.sh uninstall again',
    needs: ['install after uninstall finds what stayed'],
    async run(stage) {
      const left = await killed(stage, 'uninstall', async () => (await pending(stage, 'uninstalling')) !== undefined);
      expectSuccess(await stage.job.phase('uninstall', { KEEP_VOLUMES: 'true' }));
      expectNone(without(changesBetween(stage.empty, await settled(stage)).added, ...MAY_STAY), 'left behind');
      return `left as ${left}; then nothing stays that may not`;
    },
  },
  {
    name: 'uninstall with the volumes removes the data',
    asked: 'phase.sh uninstall with KEEP_VOLUMES=false: no claim and no volume stays',
    needs: [uninstalled],
    async run(stage) {
      expectSuccess(await stage.job.phase('uninstall', { KEEP_VOLUMES: 'false' }));
      const { added } = changesBetween(stage.empty, await settled(stage));
      expectNone(without(added, ...MAY_STAY_EMPTY), 'left behind');
      return `${added.length} objects stay, none with data`;
    },
  },
  {
    name: 'a first install recovers after Helm was killed at its start',
    asked: 'SIGKILL as soon as Helm has written pending-install, then phase.sh install again',
    needs: ['uninstall with the volumes removes the data'],
    async run(stage) {
      const left = await killed(stage, 'install', async () => (await pending(stage, 'pending-install')) !== undefined);
      expectSuccess(await stage.job.phase('install'));
      expectNone(unready(await settled(stage), stage), 'not ready');
      return `left as ${left}; ${await deployedRevisions(stage)}`;
    },
  },
  {
    name: 'a first install recovers after Helm was killed in its middle',
    asked: 'everything removed; SIGKILL as soon as the hub’s Deployment is there, then phase.sh install again',
    needs: ['uninstall with the volumes removes the data'],
    async run(stage) {
      expectSuccess(await stage.job.phase('uninstall', { KEEP_VOLUMES: 'false' }));
      await settled(stage);
      const left = await killed(stage, 'install', async () => (await generationOfHub(stage)) !== undefined);
      const claims = claimsOf(await takeSnapshot(stage.client));
      expectSuccess(await stage.job.phase('install'));
      const after = await settled(stage);
      expectNone(unready(after, stage), 'not ready');
      const kept = [...claims].every(([key, uid]) => claimsOf(after).get(key) === uid);
      expect(kept, () => 'a claim of the first try was replaced');
      return `left as ${left}; ${await deployedRevisions(stage)}; the claims of the first try are used`;
    },
  },
];

/** Namespaces and the class stay, as do claims and what the cluster puts into every namespace. */
const MAY_STAY_EMPTY: readonly RegExp[] = [
  /^Namespace (jupyter|autoscaler)$/,
  // The cluster makes them in every namespace.
  /^(ConfigMap \S+\/kube-root-ca\.crt|ServiceAccount \S+\/default)$/,
  /^StorageClass gp3$/,
  /^NetworkPolicy jupyter\/pod-identity-agent$/,
];
const MAY_STAY: readonly RegExp[] = [...MAY_STAY_EMPTY, /^PersistentVolumeClaim jupyter\//, /^PersistentVolume pvc-/];

/** The phase that Helm is killed in has to fail; what Helm's newest record says afterwards. */
async function killed(stage: Stage, phase: 'install' | 'uninstall', isTime: () => Promise<boolean>): Promise<string> {
  const run = await stage.job.killedPhase(phase, isTime);
  expect(run.status !== 0, () => 'the phase succeeded although Helm was killed');
  const revisions = await revisionsOf(stage, 'jupyter');
  expect(
    revisions.some(({ status }) => status.startsWith('pending-') || status === 'uninstalling'),
    () => `Helm was done before it was killed: ${revisionText(revisions)}`,
  );
  return revisionText(revisions);
}

const pending = async (stage: Stage, status: string): Promise<Revision | undefined> =>
  (await revisionsOf(stage, 'jupyter')).find((each) => each.status === status);

async function generationOfHub({ client }: Stage): Promise<unknown> {
  const hub = await find(client, '/apis/apps/v1/namespaces/jupyter/deployments/hub');
  return (hub?.metadata as { generation?: number } | undefined)?.generation;
}

/** Both releases, each with exactly one deployed revision, which is its newest. */
async function deployedRevisions(stage: Stage): Promise<string> {
  const texts: string[] = [];
  for (const release of ['autoscaler', 'jupyter'] as const) {
    const revisions = await revisionsOf(stage, release);
    const text = `${release} ${revisionText(revisions)}`;
    const deployed = revisions.filter(({ status }) => status === 'deployed');
    expect(deployed.length === 1 && deployed[0] === revisions.at(-1), () => `not deployed: ${text}`);
    expect(
      revisions.every(({ status }) => ['deployed', 'superseded'].includes(status)),
      () => `unfinished: ${text}`,
    );
    texts.push(text);
  }
  return texts.join('; ');
}

/** Only some Deployments were rolled out, and of other objects only those changed that they read. */
function expectOnlyRolledOut(
  { cannotRun }: Stage,
  [before, after]: readonly [Snapshot, Snapshot],
  names: readonly string[],
): string {
  const patterns = names.map(rollout);
  expectSameLives(before, after, [...patterns, ...cannotRun]);
  const { added, removed, replaced, changed } = changesBetween(before, after);
  expectNone(without([...added, ...removed], RECORDS, ...patterns), 'came or went');
  expectNone(without(replaced, RECORDS), 'replaced');
  const read = names.map((name) => new RegExp(`^(Deployment|ReplicaSet|Secret|ConfigMap) \\S+/${name}(-[a-z0-9]+)?$`));
  expectNone(without(changed, RECORDS, ...read), 'changed');
  for (const [index, pattern] of patterns.entries())
    expect(
      added.some((key) => key.startsWith('Pod ') && pattern.test(key)),
      () => `${names[index]} was not rolled out`,
    );
  return `${without(changed, RECORDS).join(', ')} changed`;
}

function expectSameLives(before: Snapshot, after: Snapshot, except: readonly RegExp[]): void {
  const later = podLives(after);
  const other = [...podLives(before)].filter(([key, life]) => later.get(key) !== life).map(([key]) => key);
  expectNone(without(other, ...except), 'restarted or replaced');
}

const claimsOf = (snapshot: Snapshot): Map<string, string> =>
  new Map(
    [...snapshot]
      .filter(([key]) => key.startsWith('PersistentVolumeClaim '))
      .map(([key, { metadata }]) => [key, metadata.uid ?? '']),
  );

/** Deployments and pods of which something is not ready. */
function unready(snapshot: Snapshot, { cannotRun }: Stage): string[] {
  type Status = { phase?: string; replicas?: number; readyReplicas?: number; updatedReplicas?: number };
  return [...snapshot].flatMap(([key, object]) => {
    if (cannotRun.some((pattern) => pattern.test(key))) return [];
    const { phase, replicas, readyReplicas, updatedReplicas } = (object['status'] ?? {}) as Status;
    if (object.kind === 'Pod') return phase === 'Running' || phase === 'Succeeded' ? [] : [`${key} ${phase}`];
    const isBehind = readyReplicas !== replicas || updatedReplicas !== replicas;
    return object.kind === 'Deployment' && isBehind ? [`${key} ${readyReplicas ?? 0} of ${replicas}`] : [];
  });
}

const QUIET_TRIES = 240;

/** The cluster once its controllers have done what there was to do: nothing is unready or on its way out. */
async function settled(stage: Stage): Promise<Snapshot> {
  let last = await takeSnapshot(stage.client);
  for (let tried = 0; tried < QUIET_TRIES; tried++) {
    await sleep(500);
    const now = await takeSnapshot(stage.client);
    const { added, removed, replaced, changed } = changesBetween(last, now);
    const isMoving = added.length + removed.length + replaced.length + changed.length > 0;
    const isGoing = [...now.values()].some(({ metadata }) => metadata.deletionTimestamp !== undefined);
    const isReleased = [...now.values()].some(({ kind, status }) => {
      return kind === 'PersistentVolume' && (status as { phase?: string } | undefined)?.phase === 'Released';
    });
    last = now;
    if (!isMoving && !isGoing && !isReleased && unready(now, stage).length === 0) return now;
  }
  return last;
}

async function untilUserRuns(client: Stage['client']): Promise<string> {
  for (let tried = 0; tried < QUIET_TRIES; tried++) {
    const { isRunning, volume } = await userServer(client);
    if (isRunning && volume !== undefined) return volume;
    await sleep(500);
  }
  throw new Error('The server did not get to run within two minutes.');
}
