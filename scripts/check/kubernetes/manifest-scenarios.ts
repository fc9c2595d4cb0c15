import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrokenManifest, brokenManifests, openHubCluster, soundObjects } from '@opensarlab/sandbox';
import { loadAll } from 'js-yaml';
import { deploymentMatrix } from '../static-proof/deployment-matrix.ts';
import { installValues, manifestsOf } from '../static-proof/kubernetes-objects.ts';
import { runProgram } from '../static-proof/run-program.ts';
import type { ApiClient, KubernetesObject } from './api-client.ts';
import { collectionOf, type Judgement, judge } from './dry-run.ts';
import { expect, expectNone, type Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** What the server says to objects before any of them is there. */
export const manifestScenarios: readonly Scenario<Stage>[] = [
  {
    name: 'every object that we apply is accepted',
    asked: 'a server-side dry run with strict field validation, for each deployment of the matrix',
    async run(stage) {
      const objects = new Map<string, { origin: string; object: KubernetesObject }>();
      for await (const { origin, object } of appliedObjects(stage))
        objects.set(JSON.stringify(object), { origin, object });
      const refused: string[] = [];
      for (const { origin, object } of objects.values()) {
        const { accepted, message } = await judge(stage.client, stage.paths, object, stage.scratch);
        if (!accepted) refused.push(`\n${origin}: ${object.kind} ${object.metadata.name}: ${message}`);
      }
      expectNone(refused, `${refused.length} of ${objects.size} refused`);
      const charts = stage.noCharts === undefined ? 'both charts’ included' : 'without the charts’, which are not here';
      return `${objects.size} objects of ${deploymentMatrix.length} deployments accepted, ${charts}`;
    },
  },
  {
    name: 'broken manifests are refused',
    asked: 'every manifest with one mistake, and a dry run of the same objects without it',
    async run(stage) {
      const taken: string[] = [];
      for (const broken of brokenManifests) if ((await judgeBroken(stage, broken)).accepted) taken.push(broken.title);
      expectNone(taken, 'taken all the same');
      const refused = (await Promise.all(soundObjects.map((sound) => judgeSound(stage, sound)))).filter(
        ({ accepted }) => !accepted,
      );
      expectNone(
        refused.map(({ message }) => message),
        'sound ones refused',
      );
      return `${brokenManifests.length} of ${brokenManifests.length} refused, ${soundObjects.length} sound ones accepted`;
    },
  },
  {
    name: 'the sandbox is as strict as the server',
    asked: 'the same manifests to both: the same verdict, and the words and fields that the sandbox’s tests expect',
    async run(stage) {
      const differences: string[] = [];
      const sandbox = await judgeInSandbox();
      for (const broken of brokenManifests) {
        const server = await judgeBroken(stage, broken);
        differences.push(...differencesOf(broken, server, sandbox.get(broken.title) ?? ''));
      }
      for (const sound of soundObjects) {
        const object = sound() as KubernetesObject;
        const said = sandbox.get(soundTitle(object)) ?? '';
        const { accepted } = await judgeSound(stage, sound);
        if (accepted !== (said === ''))
          differences.push(
            `a sound ${object.kind}: the server ${verb(accepted)} it, the sandbox ${verb(said === '')} it`,
          );
      }
      expect(differences.length === 0, () => `${differences.length} differ:\n${differences.join('\n')}`);
      return `${brokenManifests.length + soundObjects.length} manifests, no difference`;
    },
  },
];

const verb = (accepted: boolean): string => (accepted ? 'takes' : 'refuses');
const soundTitle = ({ kind }: KubernetesObject): string => `sound ${kind}`;

/** What is not the same at the server and in the sandbox, whose tests expect a field and a part of the words. */
export function differencesOf(
  { title, field, says }: Pick<BrokenManifest, 'title' | 'field' | 'says'>,
  server: Judgement,
  sandbox: string,
): string[] {
  if (server.accepted !== (sandbox === ''))
    return [`${title}: the server ${verb(server.accepted)} it, the sandbox ${verb(sandbox === '')} it`];
  if (server.accepted) return [];
  return [
    ...(server.message.includes(says)
      ? []
      : [`${title}: expected ${JSON.stringify(says)}, it says: ${server.message}`]),
    // What cannot be read is told without a list of fields.
    ...(server.fields.length === 0 || server.fields.includes(field)
      ? []
      : [`${title}: expected the field ${field}, it names ${server.fields.join(', ')}`]),
  ];
}

/** Manifests as they are applied, and what the charts render for the same declarations. */
async function* appliedObjects(stage: Stage): AsyncGenerator<{ origin: string; object: KubernetesObject }> {
  for (const matrixCase of deploymentMatrix) {
    for (const { origin, object } of manifestsOf(matrixCase)) yield { origin, object: object as KubernetesObject };
    if (stage.noCharts !== undefined) continue;
    stage.job.push(matrixCase, '0123456789abcdef0123456789abcdef01234567');
    const { checkout } = stage.job;
    writeFileSync(join(checkout, 'values.json'), installValues());
    const text = (file: string): string => readFileSync(join(checkout, file), 'utf8');
    const variable = (name: string): string =>
      new RegExp(`^${name}='?([^'\n]*)`, 'm').exec(text('opensarlab/versions.env'))?.[1] ?? '';
    const rendered = async (release: string, chart: string, prefix: string, files: string[]): Promise<object[]> => {
      const from = ['--repo', variable(`${prefix}_CHART_REPOSITORY`), '--version', variable(`${prefix}_CHART_VERSION`)];
      const args = ['template', release, chart, ...from, '--namespace', release, '--kube-version', '1.36'];
      const more = files.flatMap((file) => ['--values', join(checkout, file)]);
      const { status, output } = await runProgram(stage.programs.helm, [...args, ...more]);
      expect(status === 0, () => output);
      return (loadAll(output) as (object | null)[]).filter((each) => each !== null);
    };
    const all = [
      ...(await rendered('autoscaler', 'cluster-autoscaler', 'AUTOSCALER', ['opensarlab/autoscaler.yaml'])),
      ...(await rendered('jupyter', 'jupyterhub', 'JUPYTERHUB', [
        ...['jupyterhub/values.yaml', 'opensarlab/values.yaml', 'values.json'],
      ])),
    ];
    for (const object of all) yield { origin: `${matrixCase.name}: chart`, object: object as KubernetesObject };
  }
}

const judgeSound = ({ client, paths, scratch }: Stage, sound: () => object): Promise<Judgement> =>
  judge(client, paths, sound() as KubernetesObject, scratch);

/**
 * Really asks for it, since a dry run is kinder; a change is asked of an object that is there for a moment. What was accepted
 * is deleted.
 */
async function judgeBroken({ client, paths, scratch }: Stage, broken: BrokenManifest): Promise<Judgement> {
  const manifest = broken.manifest as KubernetesObject;
  const path = `${collectionOf(paths, manifest, scratch)}/${manifest.metadata.name}`;
  if (broken.before !== undefined) {
    const { accepted, message } = await judge(client, paths, broken.before as KubernetesObject, scratch, {
      forReal: true,
    });
    if (!accepted) throw new Error(`${broken.title}: the object before it was refused: ${message}`);
  }
  const exists = broken.before !== undefined;
  const judgement = await judge(client, paths, manifest, scratch, { exists, forReal: true });
  if (exists || judgement.accepted) await forget(client, path);
  return judgement;
}

/** Deletes an object and waits until what protects it has let it go. */
async function forget(client: ApiClient, path: string): Promise<void> {
  await client.request('DELETE', path, { propagationPolicy: 'Background' });
  for (let tried = 0; (await client.request('GET', path)).status !== 404; tried++) {
    if (tried === 300) throw new Error(`${path} did not go within half a minute.`);
    await sleep(100);
  }
}

/** What the sandbox's kubectl says to each manifest, by title; nothing where it takes it. */
async function judgeInSandbox(): Promise<Map<string, string>> {
  const cluster = await openHubCluster();
  try {
    await cluster.kubectl('delete', 'storageclass', 'gp3');
    const said = new Map<string, string>();
    let count = 0;
    const say = async (title: string, manifest: object, before?: object): Promise<void> => {
      count += 1;
      const namespace = `case-${count}`;
      await cluster.kubectl('create', 'namespace', namespace);
      const apply = (name: string, object: object) =>
        cluster.kubectl('-n', namespace, 'apply', '-f', cluster.file(name, JSON.stringify(object)));
      if (before !== undefined) await apply('before.json', before);
      const { status, stderr } = await apply('manifest.json', manifest);
      said.set(title, status === 0 ? '' : stderr);
      await cluster.kubectl('delete', 'storageclass', 'gp3', '--ignore-not-found');
    };
    for (const { title, manifest, before } of brokenManifests) await say(title, manifest, before);
    for (const sound of soundObjects) await say(soundTitle(sound() as KubernetesObject), sound());
    return said;
  } finally {
    await cluster.close();
  }
}
