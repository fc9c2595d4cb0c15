import type { ProposalFiles } from '../adapters/workspace/proposal-files.ts';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { type DiagnosticCode, diagnosticCodes } from '../deployment/diagnostic-codes.ts';
import { isDraft } from '../deployment/read-deployment.ts';
import type { DeploymentFolder } from '../deployment/read-deployments.ts';
import type { Failure } from '../failure.ts';
import type { RepositoryKind } from '../mirror/mirror-record.ts';
import { inspectLayer, type LayerAllowance, layerAllowance } from '../mirror/overlay-folder.ts';
import { findStartupFiles, startupErrors } from '../mirror/startup-files.ts';
import { sharedLayers } from './mirror-layers.ts';

/**
 * What a mirror would refuse of the folders that go into the mirrored repositories, each at its file: names, links, sizes,
 * lists, and hook scripts as far as no program has to look at them.
 * @param folders deployments whose own folders are looked at
 * @param withShared also what all deployments share
 */
export async function overlayFindings(
  files: ProposalFiles,
  folders: readonly Pick<DeploymentFolder, 'name' | 'unreadable'>[],
  withShared: boolean,
): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  const shared = layerAllowance();
  for (const kind of ['container', 'cluster'] as const) {
    const { folder, prefix } = sharedLayers[kind];
    if (withShared) found.push(...(await layerFindings(files, folder, { prefix, allowance: shared, kind })));
  }
  for (const { name, unreadable } of folders) {
    if (unreadable !== undefined || isDraft(name)) continue;
    const allowance = layerAllowance();
    for (const kind of ['container', 'cluster'] as const) {
      found.push(...(await layerFindings(files, `deployments/${name}/${kind}`, { prefix: '', allowance, kind })));
    }
  }
  return found;
}

type LayerPlace = { prefix: string; allowance: LayerAllowance; kind: RepositoryKind };

async function layerFindings(
  files: ProposalFiles,
  folder: string,
  { prefix, allowance, kind }: LayerPlace,
): Promise<Diagnostic[]> {
  const { layer, refusals } = await inspectLayer(files, folder, { prefix, allowance });
  const refused = refusals.map((failure) => diagnosticOf(failure, folder));
  if (refusals.length > 0 || kind !== 'cluster') return refused;
  const errors = startupErrors(findStartupFiles([layer]));
  // Windows has no mode that says so.
  const known = errors.filter(({ sentence }) => process.platform !== 'win32' || !/ is not executable/.test(sentence));
  return known.map(({ file, sentence }) => {
    const message = `${file?.source ?? ''}${sentence}`;
    return diagnostic('OSL033', { file: file?.source ?? folder, line: 1 }, message, undefined);
  });
}

function diagnosticOf({ code, message, hint, place }: Failure, folder: string): Diagnostic {
  const own = code === 'OverlayList' ? 'OSL032' : 'OSL031';
  return diagnostic(own, place ?? { file: folder, line: 1 }, message, hint);
}

function diagnostic(
  code: DiagnosticCode,
  { file, line }: { file: string; line: number },
  message: string,
  hint: string | undefined,
): Diagnostic {
  const { severity, remedy } = diagnosticCodes[code];
  return { code, severity, path: '', file, line, column: 1, message, hint: hint ?? remedy };
}
