import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { root } from '../../setup/install.mjs';
import { pinnedKubernetes } from '../static-proof/kubernetes-objects.ts';
import { runProgram } from '../static-proof/run-program.ts';

/** What is built of Kubernetes; `make` of its own repository builds the same packages. */
export const apiServerPrograms = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
export type ApiServerProgram = (typeof apiServerPrograms)[number];

/** The newest patch of the pinned minor version when this was written; Go holds it against its checksum database. */
const PATCH = '1.36.3';

/** Below what git ignores, so that ten to thirty minutes are spent once. */
const folder = join(root, '.opensarlab', 'kubernetes', `v${PATCH}`);

/** Where a built program is. @returns undefined unless all of them are there */
export function builtPrograms(): Record<ApiServerProgram, string> | undefined {
  const paths = apiServerPrograms.map((name): [ApiServerProgram, string] => [name, join(folder, name)]);
  if (!paths.every(([, path]) => existsSync(path))) return undefined;
  return Object.fromEntries(paths) as Record<ApiServerProgram, string>;
}

/**
 * Builds the API server, the controller manager and the scheduler of the pinned minor version from their Go modules, each
 * unless it is there. Lowers its own priority: it takes all cores for ten minutes or more.
 * @throws Error when Go is missing or too old, when a module does not build, or when the pinned version is another one
 */
export async function buildPrograms(tell: (line: string) => void): Promise<Record<ApiServerProgram, string>> {
  if (!PATCH.startsWith(`${pinnedKubernetes()}.`))
    throw new Error(`Deployments get Kubernetes ${pinnedKubernetes()}; PATCH in api-server-programs.ts is ${PATCH}.`);
  const module = join(folder, 'module');
  mkdirSync(module, { recursive: true });
  writeFileSync(join(module, 'go.mod'), moduleText(await publishedModule(), PATCH));
  for (const name of apiServerPrograms.filter((each) => !existsSync(join(folder, each)))) {
    tell(`Building ${name} ${PATCH} …`);
    await build(module, name);
  }
  const built = builtPrograms();
  if (built === undefined) throw new Error('Go says that it built everything, but a program is missing.');
  return built;
}

/** The `go.mod` that the release was published with. */
async function publishedModule(): Promise<string> {
  const { status, output } = await runProgram('go', ['mod', 'download', '-json', `k8s.io/kubernetes@v${PATCH}`], {
    GOFLAGS: '-mod=mod',
  });
  const { GoMod, Error: reason } = JSON.parse(output.slice(output.indexOf('{'))) as { GoMod?: string; Error?: string };
  if (status !== 0 || GoMod === undefined) throw new Error(`Go cannot get k8s.io/kubernetes: ${reason ?? output}`);
  return readFileSync(GoMod, 'utf8');
}

/**
 * A main module for the programs of a release. The release's own `go.mod` takes its libraries from folders of its repository,
 * which are no part of its module; they are published as modules of their own, with 0 for the major version
 * (github.com/kubernetes/kubernetes, staging/README.md).
 * @param published text of the release's `go.mod`
 * @param version without `v`, e.g. `1.36.3`
 */
export function moduleText(published: string, version: string): string {
  const [go = ''] = /^go .*$/m.exec(published) ?? [];
  const libraries = [...published.matchAll(/^\s*(?:replace )?(\S+) => \.\/staging\/src\/\S+$/gm)].map(
    ([, name]) => name,
  );
  const library = `v${version.replace(/^1/, '0')}`;
  return [
    ...['module check.invalid/kubernetes', '', go, '', `require k8s.io/kubernetes v${version}`, ''],
    ...['replace (', ...libraries.map((name) => `\t${name} => ${name} ${library}`), ')', ''],
  ].join('\n');
}

async function build(module: string, name: ApiServerProgram): Promise<void> {
  const stamp = 'k8s.io/component-base/version';
  const [major, minor] = PATCH.split('.');
  const flags = [`gitVersion=v${PATCH}`, `gitMajor=${major}`, `gitMinor=${minor}`].map((each) => `-X ${stamp}.${each}`);
  const target = join(folder, `${name}.part`);
  const args = ['build', '-ldflags', `-s -w ${flags.join(' ')}`, '-o', target, `k8s.io/kubernetes/cmd/${name}`];
  const environment = { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false', CGO_ENABLED: '0' };
  const status = await new Promise<number | null>((done, failed) => {
    const child = spawn('go', args, { cwd: module, env: environment, stdio: ['ignore', 2, 2] });
    if (child.pid !== undefined) setPriority(child.pid, 15);
    child.on('error', failed).on('close', done);
  });
  if (status !== 0) throw new Error(`Go could not build ${name}; its messages above say why.`);
  renameSync(target, join(folder, name));
}
