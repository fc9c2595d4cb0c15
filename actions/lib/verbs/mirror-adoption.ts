import { createHash } from 'node:crypto';
import { type AdoptedFile, openAdoption } from '../adapters/github/adoption.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import type { ProposalFiles } from '../adapters/workspace/proposal-files.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import { type AdoptableChanges, readChanges } from '../mirror/adoptable-changes.ts';
import type { Divergence, ForeignCommit } from '../mirror/divergence.ts';
import type { PreparedMirror } from '../mirror/mirror.ts';
import type { RepositoryKind } from '../mirror/mirror-record.ts';
import { isPathInside } from '../mirror/overlay.ts';
import { ignoreRule } from '../mirror/overlay-ignore.ts';
import { addDeletions, overlayListName } from '../mirror/overlay-list.ts';
import { type Tree, treePath } from '../mirror/tree.ts';
import { renderAdoption } from '../report/mirror-report.ts';
import { divergencesOf } from './mirror.ts';
import { renderedPathsOf, sharedLayers } from './mirror-layers.ts';
import { closeMirrors, prepareMirrors } from './mirror-preparation.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** The pull request with somebody's change; undefined when CodeCommit is as the last mirror left it. */
export type AdoptionResult = { number: number; url: string; created: boolean; skipped: number } | undefined;

/**
 * Opens a pull request in this repository with what somebody changed in CodeCommit, as files of the deployment's own
 * overlay. CodeCommit stays as it is; once the pull request is merged the next mirror contains the change and goes on.
 * @throws Failure `NothingAdoptable` when all of the change is in files that are rendered from the declaration
 */
export async function adoptDivergence(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  github: GitHubConnection,
  cache?: string,
): Promise<AdoptionResult> {
  const prepared = await prepareMirrors(surroundings, deployment, connection, { dryRun: true, cache });
  try {
    const divergences = divergencesOf(prepared);
    if (divergences.length === 0) return undefined;
    const files: AdoptedFile[] = [];
    const skipped: AdoptableChanges['skipped'] = [];
    for (const mirror of prepared) {
      const part = await overlayFilesOf(surroundings, deployment, mirror);
      files.push(...part.files);
      skipped.push(...part.skipped);
    }
    if (files.length === 0) throw nothingAdoptable(deployment, skipped);
    const opened = await openAdoption(github, {
      branch: branchName(deployment.name, divergences),
      title: `Adopt what was changed in CodeCommit for ${deployment.name}`,
      body: renderAdoption(divergences, skipped),
      ...authorship(deployment.name, divergences),
      files,
    });
    surroundings.reporter.info(`${opened.created ? 'Opened' : 'Found'} ${opened.url}`);
    return { ...opened, skipped: skipped.length };
  } finally {
    await closeMirrors(prepared);
  }
}

/** The same heads give the same branch, so that a change is proposed once. */
function branchName(deployment: string, divergences: readonly Divergence[]): string {
  const heads = divergences.flatMap(({ branches }) => branches.map(({ head }) => head)).sort();
  return `adopt/${deployment}-${createHash('sha256').update(heads.join()).digest('hex').slice(0, 8)}`;
}

function authorship(deployment: string, divergences: readonly Divergence[]) {
  const commits = divergences.flatMap(({ branches }) => branches.flatMap((branch) => branch.commits));
  const [last] = [...commits].sort((a, b) => Date.parse(b.date) - Date.parse(a.date));
  const { author: name, email, date } = last ?? anonymous;
  const others = new Set(commits.map((commit) => `Co-authored-by: ${commit.author} <${commit.email}>`));
  others.delete(`Co-authored-by: ${name} <${email}>`);
  const subjects = commits.map(({ id, subject }) => `- ${id.slice(0, 7)} ${subject}`);
  const message = [`Adopt what was changed in CodeCommit for ${deployment}`, '', ...subjects, '', ...others];
  return { author: { name, email, date }, message: `${message.join('\n').trimEnd()}\n` };
}

/** A branch that was set back has no commits of its own. */
const anonymous: Omit<ForeignCommit, 'id' | 'subject'> = {
  author: 'OpenSARlab deployments',
  email: 'deployments@opensarlab.invalid',
  date: new Date(0).toISOString(),
};

type Checkout = { deployment: Deployment; kind: RepositoryKind; files: ProposalFiles; upstream: Tree };

/** Turns changed files of a mirrored repository into files under `deployments/<name>/<kind>/`. */
async function overlayFilesOf(
  surroundings: Surroundings,
  deployment: Deployment,
  { examination, record }: PreparedMirror,
): Promise<{ files: AdoptedFile[]; skipped: AdoptableChanges['skipped'] }> {
  if (examination === undefined) return { files: [], skipped: [] };
  const { kind } = record;
  const rendered = await renderedPathsOf(surroundings, deployment, kind);
  const changed = new Map<string, AdoptableChanges['files'][number]>();
  const skipped = new Map<string, string>();
  for (const branch of examination.branches) {
    if (branch.verdict !== 'foreign') continue;
    const changes = await readChanges(examination.scratch.folder, branch.before, branch.after);
    for (const { path, reason } of changes.skipped) skipped.set(path, reason);
    for (const file of changes.files) {
      if (rendered.has(file.path)) skipped.set(file.path, 'it is rendered from opensarlab.yaml: change that');
      else if (!isOverlayPath(file.path)) skipped.set(file.path, 'files of such a name are never mirrored');
      else if (!changed.has(file.path)) changed.set(file.path, file);
    }
  }
  const checkout = { deployment, kind, files: surroundings.workspace.files, upstream: examination.upstream };
  return {
    files: await placeFiles(surroundings, checkout, [...changed.values()]),
    skipped: [...skipped].map(([path, reason]) => ({ path: `${record.repository}: ${path}`, reason })),
  };
}

/** True for a path that the next mirror would take from the deployment's folder. */
function isOverlayPath(path: string): boolean {
  return isPathInside(path) && path !== overlayListName && !ignoreRule([])(path);
}

async function placeFiles(
  { workspace }: Surroundings,
  checkout: Checkout,
  changed: AdoptableChanges['files'],
): Promise<AdoptedFile[]> {
  const folder = `deployments/${checkout.deployment.name}/${checkout.kind}`;
  const files: AdoptedFile[] = [];
  const deletions: string[] = [];
  for (const file of changed) {
    const path = `${folder}/${file.path}`;
    if (file.content !== null) {
      files.push({ path, mode: file.mode, content: file.content });
      continue;
    }
    if (await exists(workspace.files, path)) files.push({ path, content: null });
    if (await comesFromBelow(checkout, file.path)) deletions.push(file.path);
  }
  if (deletions.length === 0) return files;
  const list = `${folder}/${overlayListName}`;
  const text = (await exists(workspace.files, list)) ? await workspace.text(list) : '';
  return [...files, { path: list, mode: '100644', content: Buffer.from(addDeletions(text, deletions)) }];
}

/** True when upstream or the shared folder has the file, so that it must be listed as deleted. */
async function comesFromBelow({ kind, files, upstream }: Checkout, path: string): Promise<boolean> {
  const { folder, prefix } = sharedLayers[kind];
  if (upstream.has(treePath(path))) return true;
  return path.startsWith(prefix) && (await exists(files, `${folder}/${path.slice(prefix.length)}`));
}

async function exists(files: ProposalFiles, path: string): Promise<boolean> {
  try {
    return (await files.look(path)) !== undefined;
  } catch {
    return false; // whatever cannot be reached is not part of the checkout
  }
}

function nothingAdoptable(deployment: Deployment, skipped: AdoptableChanges['skipped']): Failure {
  const named = skipped.slice(0, 5).map(({ path, reason }) => `${path} (${reason})`);
  return new Failure({
    code: 'NothingAdoptable',
    source: 'user',
    message: `Nothing of the change can become a file under deployments/${deployment.name}: ${named.join(', ') || 'it changes no file'}.`,
    hint: 'Make the change in the declaration, then put the one in CodeCommit aside with `mirror --discard`.',
  });
}
