import { stringify } from 'yaml';
import { ToolError, type ToolInput } from '../../tools/run-tool.ts';
import type { Values } from '../helm/release.ts';
import type { UninstallRequest } from '../helm/uninstall.ts';
import type { RollbackRequest, UpgradeRequest } from '../helm/upgrade.ts';
import type { ReleaseView } from '../helm-operations.ts';
import { type ClusterClient, ClusterRefusal } from './cluster-client.ts';
import { parseDuration } from './duration.ts';
import type { HelmLine } from './helm-arguments.ts';
import { resolveChartReference } from './helm-repositories.ts';
import { commandValues } from './helm-values.ts';
import { alignColumns } from './table.ts';

export type HelmCall = { input: ToolInput; line: HelmLine; cluster: () => Promise<ClusterClient>; namespace: string };

/** Helm's default for `--timeout`. */
const DEFAULT_TIMEOUT = '5m0s';

const timeoutOf = (line: HelmLine): number => parseDuration(line.value('--timeout') ?? DEFAULT_TIMEOUT);

export async function upgrade(call: HelmCall, command: UpgradeRequest['command']): Promise<number> {
  const { input, line, namespace } = call;
  const request = await upgradeRequest(call, command);
  const { name } = request;
  const cluster = await call.cluster();
  const existed = command === 'upgrade' && (await exists(cluster, name, namespace));
  const release = await cluster<ReleaseView>('helmUpgrade', request);
  if (command === 'upgrade') {
    input.stdout(
      existed
        ? `Release "${name}" has been upgraded. Happy Helming!\n`
        : `Release "${name}" does not exist. Installing it now.\n`,
    );
  }
  printRelease(input, release, line.value('--output'));
  return 0;
}

async function upgradeRequest(call: HelmCall, command: UpgradeRequest['command']): Promise<UpgradeRequest> {
  const { input, line, namespace } = call;
  const [, name = '', reference = ''] = line.positional;
  if (name === '' || reference === '' || line.positional.length > 3) {
    throw new ToolError(
      `Error: "helm ${command}" requires 2 arguments\n\nUsage:  helm ${command} [NAME] [CHART] [flags]`,
    );
  }
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name) || name.length > 53) {
    throw new ToolError(`Error: release name is invalid: ${name}`);
  }
  return {
    command,
    name,
    namespace,
    ...(await resolveChartReference(input, line, reference)),
    chartReference: reference,
    version: line.value('--version')?.replace(/^v/, ''),
    values: await commandValues(input, line),
    install: line.flag('--install'),
    createNamespace: line.flag('--create-namespace'),
    reuseValues: line.flag('--reuse-values') || line.flag('--reset-then-reuse-values'),
    wait: line.flag('--wait'),
    atomic: line.flag('--atomic'),
    timeoutSeconds: timeoutOf(line),
    dryRun: line.flag('--dry-run'),
  };
}

async function exists(cluster: ClusterClient, name: string, namespace: string): Promise<boolean> {
  try {
    await cluster('helmStatus', { name, namespace });
    return true;
  } catch (error) {
    if (error instanceof ClusterRefusal && error.reason === 'NotFound') return false;
    throw error;
  }
}

function printRelease(input: ToolInput, release: ReleaseView, output: string | undefined): void {
  if (output === 'json' || output === 'yaml') {
    input.stdout(format(toStatusDocument(release), output));
    return;
  }
  input.stdout(
    `NAME: ${release.name}\nLAST DEPLOYED: ${release.updated}\nNAMESPACE: ${release.namespace}\nSTATUS: ${release.status}\nREVISION: ${release.revision}\nDESCRIPTION: ${release.description}\n`,
  );
}

const toStatusDocument = ({ name, namespace, revision, status, description, updated }: ReleaseView): object => ({
  name,
  info: { status, description, last_deployed: updated },
  version: Number(revision),
  namespace,
});

const format = (value: unknown, output: string): string =>
  output === 'json' ? `${JSON.stringify(value)}\n` : stringify(value);

export async function uninstall(call: HelmCall): Promise<number> {
  const { input, line, namespace } = call;
  const names = line.positional.slice(1);
  if (names.length === 0)
    throw new ToolError(
      'Error: "helm uninstall" requires at least 1 argument\n\nUsage:  helm uninstall RELEASE_NAME [...] [flags]',
    );
  const cluster = await call.cluster();
  for (const name of names) {
    const request: UninstallRequest = {
      name,
      namespace,
      wait: line.flag('--wait'),
      timeoutSeconds: timeoutOf(line),
      ignoreNotFound: line.flag('--ignore-not-found'),
      keepHistory: line.flag('--keep-history'),
    };
    const { found } = await cluster<{ found: boolean }>('helmUninstall', request);
    if (found) input.stdout(`release "${name}" uninstalled\n`);
  }
  return 0;
}

/** `helm rollback RELEASE REVISION`; without a revision Helm takes the one before, which the sandbox leaves out. */
export async function rollback(call: HelmCall): Promise<number> {
  const { input, line, namespace } = call;
  const [, name = '', revision = ''] = line.positional;
  if (!/^[1-9][0-9]*$/.test(revision)) throw new ToolError('Error: the sandbox rolls back to a revision that is named');
  const cluster = await call.cluster();
  const request: RollbackRequest = {
    name,
    namespace,
    revision: Number(revision),
    wait: line.flag('--wait'),
    timeoutSeconds: timeoutOf(line),
  };
  await cluster<ReleaseView>('helmRollback', request);
  input.stdout('Rollback was a success! Happy Helming!\n');
  return 0;
}

export async function list(call: HelmCall): Promise<number> {
  const { input, line } = call;
  const cluster = await call.cluster();
  const namespace = line.flag('--all-namespaces') ? undefined : call.namespace;
  const releases = await cluster<ReleaseView[]>('helmList', { namespace });
  const output = line.value('--output');
  if (output === 'json' || output === 'yaml') {
    input.stdout(
      format(
        releases.map(({ description: _description, ...release }) => release),
        output,
      ),
    );
  } else if (line.flag('--short')) {
    for (const { name } of releases) input.stdout(`${name}\n`);
  } else {
    input.stdout(releaseTable(releases));
  }
  return 0;
}

const releaseTable = (releases: readonly ReleaseView[]): string =>
  alignColumns([
    ['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION'],
    ...releases.map((each) => [
      each.name,
      each.namespace,
      each.revision,
      each.updated,
      each.status,
      each.chart,
      each.app_version,
    ]),
  ]);

export async function status(call: HelmCall): Promise<number> {
  const [, name = ''] = call.line.positional;
  const cluster = await call.cluster();
  printRelease(
    call.input,
    await cluster<ReleaseView>('helmStatus', { name, namespace: call.namespace }),
    call.line.value('--output'),
  );
  return 0;
}

export async function history(call: HelmCall): Promise<number> {
  const [, name = ''] = call.line.positional;
  const cluster = await call.cluster();
  const revisions = await cluster<ReleaseView[]>('helmHistory', { name, namespace: call.namespace });
  const output = call.line.value('--output');
  if (output === 'json' || output === 'yaml') call.input.stdout(format(revisions, output));
  else
    call.input.stdout(
      alignColumns([
        ['REVISION', 'UPDATED', 'STATUS', 'CHART', 'DESCRIPTION'],
        ...revisions.map((each) => [each.revision, each.updated, each.status, each.chart, each.description]),
      ]),
    );
  return 0;
}

/** `helm get values`; other parts of a release are not kept. */
export async function getPart(call: HelmCall): Promise<number> {
  const [, part, name = ''] = call.line.positional;
  if (part !== 'values') throw new ToolError(`Error: the sandbox has no "helm get ${part}"`);
  const cluster = await call.cluster();
  const all = call.line.flag('--all');
  const values = await cluster<Values>('helmValues', { name, namespace: call.namespace, all });
  const output = call.line.value('--output');
  const title = all ? 'COMPUTED VALUES:\n' : 'USER-SUPPLIED VALUES:\n';
  call.input.stdout(output === 'json' || output === 'yaml' ? format(values, output) : `${title}${stringify(values)}`);
  return 0;
}
