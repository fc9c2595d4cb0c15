import { ApiError } from './api-error.ts';
import { authorize } from './authorization.ts';
import { allReleases, historyOf, latestRelease, type Release, type Values } from './helm/release.ts';
import { type UninstallRequest, uninstallRelease } from './helm/uninstall.ts';
import { type RollbackRequest, rollbackRelease, type UpgradeRequest, upgradeRelease } from './helm/upgrade.ts';
import { reconcile } from './reconcile.ts';
import type { ToolCall, ToolOperation } from './tool-call.ts';

/** A release as Helm's commands show it. */
export type ReleaseView = {
  name: string;
  namespace: string;
  revision: string;
  updated: string;
  status: string;
  chart: string;
  app_version: string;
  description: string;
};

const view = (release: Release): ReleaseView => ({
  name: release.name,
  namespace: release.namespace,
  revision: String(release.revision),
  updated: release.updatedAt.toISOString(),
  status: release.status,
  chart: `${release.chart}-${release.chartVersion}`,
  app_version: release.appVersion,
  description: release.description,
});

/** Helm keeps its releases in secrets of their namespace (helm.sh/docs/topics/advanced, storage backends). */
function checkStorage(call: ToolCall, verb: 'list' | 'create', namespace: string | undefined): void {
  authorize(call.caller, { verb, resource: 'secrets', group: '', namespace });
}

async function helmUpgrade(call: ToolCall, input: UpgradeRequest): Promise<ReleaseView> {
  checkStorage(call, 'create', input.namespace);
  if (input.createNamespace)
    authorize(call.caller, { verb: 'create', resource: 'namespaces', group: '', namespace: undefined });
  reconcile(call.world, call.cluster);
  return view(await upgradeRelease(call.world, call.cluster, input));
}

async function helmRollback(call: ToolCall, input: RollbackRequest): Promise<ReleaseView> {
  checkStorage(call, 'create', input.namespace);
  reconcile(call.world, call.cluster);
  return view(await rollbackRelease(call.world, call.cluster, input));
}

async function helmUninstall(call: ToolCall, input: UninstallRequest): Promise<{ found: boolean }> {
  checkStorage(call, 'create', input.namespace);
  reconcile(call.world, call.cluster);
  return { found: await uninstallRelease(call.world, call.cluster, input) };
}

function helmList(call: ToolCall, input: { namespace: string | undefined }): ReleaseView[] {
  checkStorage(call, 'list', input.namespace);
  return allReleases(call.cluster, input.namespace)
    .filter(({ status }) => status !== 'uninstalled')
    .map(view);
}

type Named = { name: string; namespace: string };

function find(call: ToolCall, input: Named): Release {
  checkStorage(call, 'list', input.namespace);
  const release = latestRelease(call.cluster, input.namespace, input.name);
  if (!release) throw new ApiError('NotFound', 'release: not found');
  return release;
}

const helmStatus = (call: ToolCall, input: Named): ReleaseView => view(find(call, input));

function helmHistory(call: ToolCall, input: Named): ReleaseView[] {
  find(call, input);
  return historyOf(call.cluster, input.namespace, input.name).map(view);
}

const helmValues = (call: ToolCall, input: Named & { all: boolean }): Values => {
  const release = find(call, input);
  return input.all ? release.values : release.userValues;
};

/** Operations behind `helm`. */
export const helmOperations = {
  helmUpgrade,
  helmRollback,
  helmUninstall,
  helmList,
  helmStatus,
  helmHistory,
  helmValues,
} satisfies Record<string, ToolOperation>;
