import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { root } from '../../setup/install.mjs';
import { matrixCaseOf, writePipelineCheckout } from '../pipeline-checkout.ts';

/** A command line as a script gave it: the program, its arguments, and which script it was. */
export type RecordedLine = { program: string; args: string[]; by: string };

const PROGRAMS = ['aws', 'docker', 'helm', 'kubectl'] as const;

/** Writes its arguments to the log, each ended by a zero byte, the line by a second one; answers what a script reads. */
const stub = (log: string): string => `#!/usr/bin/env bash
{ printf '%s\\0' "$(basename "$0")" "$@"; printf '\\0'; } >>'${log}'
case "$(basename "$0") $*" in
  *'imagetools inspect'*) [[ "\${KNOWN_IMAGES:-}" == true || "\${KNOWN_IMAGES:-} $*" == content*:content-* ]] ;;
  'kubectl '*' get secret hub '*jsonpath=*) printf dG9rZW4= ;;
  aws*) echo 'somebody with-a-secret' ;;
  docker*) cat >/dev/null ;;
esac
`;

const environment = {
  REGISTRY: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
  NAMESPACE: 'maximal-container',
  USER_POOL_ID: 'eu-central-1_abc',
  USER_POOL_CLIENT_ID: 'client',
  SIGN_IN_DOMAIN: 'https://maximal.auth.eu-central-1.amazoncognito.com',
  DEPLOYMENT_URL: 'https://maximal.example.org',
  CODEBUILD_RESOLVED_SOURCE_VERSION: '0123456789abcdef0123456789abcdef01234567',
  CLUSTER_NAME: 'maximal-cluster',
  SMOKE_TIMEOUT_SECONDS: '0',
};

/**
 * Runs the scripts of `cluster/` and `images/` and the commands of their buildspecs, with what the largest deployment of the
 * matrix renders, and programs that only write down how they are called.
 * @throws Error when a script fails before its end
 */
export function recordedLines(): RecordedLine[] {
  const folder = mkdtempSync(join(tmpdir(), 'opensarlab-command-lines-'));
  try {
    writeCheckout(folder);
    const log = join(folder, 'log');
    for (const program of PROGRAMS) {
      const path = join(folder, 'bin', program);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, stub(log));
      chmodSync(path, 0o755);
    }
    const lines: RecordedLine[] = [];
    const record = (
      by: string,
      cwd: string,
      command: string,
      env: Record<string, string> = {},
      mayFail = false,
    ): void => {
      writeFileSync(log, '');
      const PATH = [join(folder, 'bin'), dirname(process.execPath), process.env.PATH ?? ''].join(delimiter);
      const all = { ...environment, ...env, PATH, HOME: folder };
      const { status, stderr } = spawnSync('bash', ['-c', command], {
        cwd: join(folder, cwd),
        env: all,
        encoding: 'utf8',
      });
      if (status !== 0 && !mayFail) throw new Error(`${by} ended with ${status}: ${stderr}`);
      for (const line of readFileSync(log, 'utf8')
        .split('\0\0')
        .filter((each) => each !== '')) {
        const [program = '', ...args] = line.split('\0');
        lines.push({ by, program, args: args.map((each) => each.replaceAll(folder, '/folder')) });
      }
    };
    for (const [by, cwd] of [
      ['images/buildspec.yml', '.'],
      ['cluster/jupyterhub/buildspec.yml', 'cluster'],
      ['cluster/jupyterhub/images-buildspec.yml', 'cluster'],
    ] as const) {
      for (const command of commandsOf(join(root, by)).filter((each) => !each.startsWith('bash ')))
        record(by, cwd, command);
    }
    record('cluster/jupyterhub/install.sh', 'cluster', 'bash jupyterhub/phase.sh install');
    record('cluster/jupyterhub/images.sh', 'cluster', 'bash jupyterhub/images.sh', { KNOWN_IMAGES: 'content' });
    record('cluster/jupyterhub/uninstall.sh', 'cluster', 'bash jupyterhub/phase.sh uninstall', {
      KEEP_VOLUMES: 'false',
    });
    // There is no hub behind the forwarded port, so the smoke test ends without one.
    record('cluster/jupyterhub/smoke-test.mjs', 'cluster', 'bash jupyterhub/phase.sh smoke', {}, true);
    record('images/build.sh', '.', 'bash images/build.sh helloworld sar');
    record('images/build.sh', '.', 'bash images/build.sh helloworld sar', { KNOWN_IMAGES: 'true' });
    return [...new Map(lines.map((line) => [JSON.stringify([line.program, line.args]), line])).values()];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeCheckout(folder: string): void {
  cpSync(join(root, 'images'), join(folder, 'images'), { recursive: true });
  // An image at Docker Hub makes the build log in there.
  const dockerfile = join(folder, 'images', 'helloworld', 'Dockerfile');
  writeFileSync(dockerfile, `${readFileSync(dockerfile, 'utf8')}\n# COPY --from=busybox /bin/sh /bin/sh\n`);
  writePipelineCheckout(join(folder, 'cluster'), matrixCaseOf('maximal'));
}

/** The commands of all phases of a buildspec. */
function commandsOf(path: string): string[] {
  const { phases } = load(readFileSync(path, 'utf8')) as { phases: Record<string, { commands?: string[] }> };
  return Object.values(phases).flatMap(({ commands = [] }) => commands);
}
