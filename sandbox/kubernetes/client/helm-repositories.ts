import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ToolError, type ToolInput } from '../../tools/run-tool.ts';
import { isKnownRepository } from '../helm/chart-repository.ts';
import type { HelmLine } from './helm-arguments.ts';
import { alignColumns } from './table.ts';

type Repository = { name: string; url: string };

/** Where Helm keeps its list (helm.sh/docs/helm/helm, environment variables). */
function repositoriesFile({ env }: ToolInput): string {
  if (env['HELM_REPOSITORY_CONFIG']) return env['HELM_REPOSITORY_CONFIG'];
  const home = env['HELM_CONFIG_HOME'] ?? join(env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? '.', '.config'), 'helm');
  return join(home, 'repositories.yaml');
}

async function readRepositories(input: ToolInput): Promise<Repository[]> {
  try {
    const content = parse(await readFile(repositoriesFile(input), 'utf8')) as { repositories?: Repository[] } | null;
    return content?.repositories ?? [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** `helm repo add|update|list|remove`. Of all the repositories there are, the sandbox has those of the charts it imitates. */
export async function repo(input: ToolInput, line: HelmLine): Promise<number> {
  const [, command, name = '', url = ''] = line.positional;
  const known = await readRepositories(input);
  switch (command) {
    case 'add':
      return add(input, line, known, { name, url });
    case 'update':
      if (known.length === 0) throw new ToolError('Error: no repositories found. You must add one before updating');
      for (const each of known)
        input.stdout(`...Successfully got an update from the "${each.name}" chart repository\n`);
      input.stdout('Update Complete. ⎈Happy Helming!⎈\n');
      return 0;
    case 'list':
      if (known.length === 0) throw new ToolError('Error: no repositories to show');
      input.stdout(alignColumns([['NAME', 'URL'], ...known.map((each) => [each.name, each.url])]));
      return 0;
    case 'remove':
      if (!known.some((each) => each.name === name)) throw new ToolError(`Error: no repo named "${name}" found`);
      await write(
        input,
        known.filter((each) => each.name !== name),
      );
      input.stdout(`"${name}" has been removed from your repositories\n`);
      return 0;
    default:
      throw new ToolError(`Error: unknown command "${command}" for "helm repo"`);
  }
}

async function add(input: ToolInput, line: HelmLine, known: readonly Repository[], added: Repository): Promise<number> {
  const existing = known.find(({ name }) => name === added.name);
  if (existing && existing.url === added.url && !line.flag('--force-update')) {
    input.stdout(`"${added.name}" already exists with the same configuration, skipping\n`);
    return 0;
  }
  if (existing && !line.flag('--force-update'))
    throw new ToolError(`Error: repository name (${added.name}) already exists, please specify a different name`);
  if (!isKnownRepository(added.url)) {
    throw new ToolError(
      `Error: looks like "${added.url}" is not a valid chart repository or cannot be reached: the sandbox has no such repository`,
    );
  }
  await write(input, [...known.filter(({ name }) => name !== added.name), added]);
  input.stdout(`"${added.name}" has been added to your repositories\n`);
  return 0;
}

async function write(input: ToolInput, repositories: readonly Repository[]): Promise<void> {
  const file = repositoriesFile(input);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, stringify({ apiVersion: '', generated: '0001-01-01T00:00:00Z', repositories }));
}

/**
 * The repository and name behind a chart reference: `REPO/NAME`, or `NAME` with `--repo URL`.
 * @throws ToolError in Helm's words
 */
export async function resolveChartReference(
  input: ToolInput,
  line: HelmLine,
  reference: string,
): Promise<{ repositoryUrl: string; chart: string }> {
  const url = line.value('--repo');
  if (url !== undefined) return { repositoryUrl: url, chart: reference };
  if (reference.startsWith('oci://') || reference.startsWith('.') || reference.startsWith('/')) {
    throw new ToolError(`Error: the sandbox installs charts from repositories only, not ${reference}`);
  }
  const [name = '', chart] = reference.split('/');
  if (chart === undefined)
    throw new ToolError(`Error: non-absolute URLs should be in form of repo_name/path_to_chart, got: ${reference}`);
  const found = (await readRepositories(input)).find((each) => each.name === name);
  if (!found) throw new ToolError(`Error: repo ${name} not found`);
  return { repositoryUrl: found.url, chart };
}
