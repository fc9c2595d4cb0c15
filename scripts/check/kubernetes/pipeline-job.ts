import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writePipelineCheckout } from '../pipeline-checkout.ts';
import type { MatrixCase } from '../static-proof/deployment-matrix.ts';

/** How a run of a phase ended: the exit status of `phase.sh`, and what it printed. */
export type PhaseRun = { status: number; output: string };

/** The CodeBuild job that installs a hub, with its own scripts and the real Helm and kubectl. */
export type PipelineJob = {
  /** Where the checkout is. */
  readonly checkout: string;
  /** Writes the checkout of a declaration, as a push to NAME-cluster brings it; the commit becomes the images' tag. */
  push(declared: MatrixCase, commit: string): void;
  phase(name: 'install' | 'smoke' | 'uninstall', environment?: Record<string, string>): Promise<PhaseRun>;
  /**
   * Runs a phase and kills the running Helm as soon as `isTime` says so, as a machine that goes away does.
   * @throws Error when the phase ends before
   */
  killedPhase(name: 'install' | 'uninstall', isTime: () => Promise<boolean>): Promise<PhaseRun>;
};

export type JobPrograms = { helm: string; kubectl: string; kubeconfig: string };

const registry = '123456789012.dkr.ecr.us-west-2.amazonaws.com';

/** What CloudFormation gives the project; nothing here is asked for by the hub before somebody signs in. */
const environment = {
  REGISTRY: registry,
  NAMESPACE: 'typical-container',
  USER_POOL_ID: 'us-west-2_Abc123',
  USER_POOL_CLIENT_ID: 'client',
  SIGN_IN_DOMAIN: 'https://typical.auth.us-west-2.amazoncognito.com',
  DEPLOYMENT_URL: 'https://typical.opensarlab.example.org',
};

/** Where images go is no part of this check, unless `push` names a program that takes them to the nodes. */
const docker = (pushWith: string | undefined): string => `#!/usr/bin/env bash
set -euo pipefail
case "$1" in
  login) cat >/dev/null ;;
  buildx) exit 1 ;; # the registry has nothing yet
${
  pushWith === undefined
    ? '  build | push) ;;'
    : `  build) exec env PATH="\${PATH#*:}" docker "$@" ;;
  push) exec env PATH="\${PATH#*:}" ${pushWith} "$2" ;;`
}
  *) echo "docker $1 is not expected" >&2; exit 2 ;;
esac
`;

const aws = `#!/usr/bin/env bash
case "$1 $2" in
  'ecr get-login-password') echo password ;;
  'cognito-idp describe-user-pool-client') echo a-client-secret ;;
  *) echo "aws $1 $2 is not expected" >&2; exit 2 ;;
esac
`;

/** Notes its process, which it then gives to the real Helm. */
const helmOf = (program: string, note: string): string => `#!/usr/bin/env bash
echo $$ >'${note}'
exec '${program}' "$@"
`;

/**
 * Prepares the surroundings of the job in a folder.
 * @param options `repository`: where both charts are instead of their own repositories; `pushWith`: a command that gets the
 *   name of an image that Docker built
 */
export function preparePipelineJob(
  folder: string,
  { helm, kubectl, kubeconfig }: JobPrograms,
  options: { repository?: string; pushWith?: string },
): PipelineJob {
  const bin = join(folder, 'bin');
  const checkout = join(folder, 'checkout');
  const note = join(folder, 'helm.pid');
  mkdirSync(bin, { recursive: true });
  const programs = { docker: docker(options.pushWith), aws, helm: helmOf(helm, note) };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  symlinkSync(kubectl, join(bin, 'kubectl'));
  let commit = '';

  const start = (name: string, more: Record<string, string> = {}): { done: Promise<PhaseRun> } => {
    const env = {
      ...{ ...process.env, ...environment, ...more, HOME: folder, KUBECONFIG: kubeconfig },
      CODEBUILD_RESOLVED_SOURCE_VERSION: commit,
      PATH: [bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      ...{
        HELM_CACHE_HOME: join(folder, 'helm'),
        HELM_CONFIG_HOME: join(folder, 'helm'),
        HELM_DATA_HOME: join(folder, 'helm'),
      },
    };
    const child = spawn('bash', ['jupyterhub/phase.sh', name], { cwd: checkout, env });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.end();
    const done = new Promise<PhaseRun>((finished, failed) => {
      child.on('error', failed);
      child.on('close', (status) =>
        finished({ status: status ?? 1, output: Buffer.concat(chunks).toString('utf8').trim() }),
      );
    });
    return { done };
  };

  return {
    checkout,
    push(declared, pushed) {
      rmSync(checkout, { recursive: true, force: true });
      writePipelineCheckout(checkout, declared);
      if (options.repository !== undefined)
        takeChartsFrom(join(checkout, 'opensarlab', 'versions.env'), options.repository);
      commit = pushed;
    },
    phase: (name, more) => start(name, more).done,
    async killedPhase(name, isTime) {
      const { done } = start(name);
      let ended: PhaseRun | undefined;
      const noted = done.then((run) => {
        ended = run;
        return run;
      });
      while (!(await isTime())) {
        if (ended !== undefined)
          throw new Error(`The phase ended with ${ended.status} before Helm could be killed:\n${ended.output}`);
        await sleep(20);
      }
      process.kill(Number(readFileSync(note, 'utf8')), 'SIGKILL');
      return noted;
    },
  };
}

/** @throws Error when the file does not say where the charts are */
function takeChartsFrom(file: string, repository: string): void {
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(/^(\w+_CHART_REPOSITORY)=.*$/gm, `$1=${repository}`);
  if (changed === text) throw new Error(`${file} names no repository of charts.`);
  writeFileSync(file, changed);
}
