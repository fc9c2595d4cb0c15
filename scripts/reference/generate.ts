import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openWorkspace } from '../../actions/lib/adapters/workspace/workspace.ts';
import type { Deployment } from '../../actions/lib/deployment/deployment.ts';
import { diagnosticCodes } from '../../actions/lib/deployment/diagnostic-codes.ts';
import { readDeployments } from '../../actions/lib/deployment/read-deployments.ts';
import { allCauses } from '../../actions/lib/diagnosis/diagnose.ts';
import { commands } from '../cli/commands.ts';
import type { CommandEntry } from '../cli/run-command.ts';
import { root } from '../setup/install.mjs';
import { codeOwnersFile, renderCodeOwners } from './code-owners.ts';
import { readCorpus } from './read-corpus.ts';
import { renderCommandLine } from './render-command-line.ts';
import { renderReference } from './render-reference.ts';
import { renderTroubleshooting } from './render-troubleshooting.ts';
import type { Schema } from './schema-fields.ts';

/** The generated pages by path from the repository's root, as they must be now. */
export async function currentPages(): Promise<Record<string, string>> {
  const schema = JSON.parse(await readFile(join(root, 'schemas/opensarlab.schema.json'), 'utf8')) as Schema;
  return {
    'docs/reference/opensarlab-yaml.md': renderReference({ schema, codes: diagnosticCodes }),
    'docs/reference/command-line.md': renderCommandLine(await describedCommands()),
    'docs/reference/troubleshooting.md': renderTroubleshooting(allCauses(), (await readCorpus()).entries),
  };
}

/** The deployments that this checkout declares; one that is not valid, and an example, is none. */
export async function declaredDeployments(): Promise<Deployment[]> {
  const { results } = readDeployments(await (await openWorkspace(root)).deploymentFolders());
  return results.flatMap(({ deployable, deployment }) => (deployable && deployment !== undefined ? [deployment] : []));
}

/** Every command with its options, which are in its module. */
async function describedCommands() {
  const described = Object.entries(commands).map(async ([name, entry]: [string, CommandEntry]) => {
    const { options } = await entry.load();
    return [name, { ...entry, options }] as const;
  });
  return Object.fromEntries(await Promise.all(described));
}

if (import.meta.main) {
  const pages = { ...(await currentPages()), [codeOwnersFile]: renderCodeOwners(await declaredDeployments()) };
  for (const [path, text] of Object.entries(pages)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    process.stdout.write(`Wrote ${path}.\n`);
  }
}
