import { createHash } from 'node:crypto';
import { openWorkspace } from '../../../actions/lib/adapters/workspace/workspace.ts';
import type { Diagnostic } from '../../../actions/lib/deployment/diagnostic.ts';
import { readDeployments } from '../../../actions/lib/deployment/read-deployments.ts';
import { Failure, toFailure } from '../../../actions/lib/failure.ts';
import { checkLinks } from '../../../actions/lib/mirror/links.ts';
import { overlayDigest } from '../../../actions/lib/mirror/overlay.ts';
import { checkStartupFiles, findStartupFiles, refuseStartupErrors } from '../../../actions/lib/mirror/startup-files.ts';
import { applyLayers } from '../../../actions/lib/mirror/tree.ts';
import { renderDiagnosticsGitHub } from '../../../actions/lib/report/diagnostics-github.ts';
import { renderDiagnosticsMarkdown } from '../../../actions/lib/report/diagnostics-markdown.ts';
import { renderDiagnosticsText } from '../../../actions/lib/report/diagnostics-text.ts';
import { code, text } from '../../../actions/lib/report/markdown.ts';
import { checkDeclarations } from '../../../actions/lib/verbs/check-declarations.ts';
import { layersOf } from '../../../actions/lib/verbs/mirror-layers.ts';

/** What a proposal's readers said of it. */
export type Judgement = {
  refusals: { file: string; line: number; message: string; code: string }[];
  /** Refusals without a place, and errors that are no refusals: each is a fault of ours. */
  faults: string[];
  /** Everything that would be shown or pushed, for what must not be in it. */
  output: string[];
};

const today = { now: () => new Date('2026-11-30T00:00:00Z'), sleep: async () => undefined };

/** Takes a proposal through everything that reads one: `validate`, and what `plan` and `deploy` put into the mirror. */
export async function judgeProposal(root: string): Promise<Judgement> {
  const judgement: Judgement = { refusals: [], faults: [], output: [] };
  const attempt = async (step: () => Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      noteFailure(judgement, error);
    }
  };
  await attempt(async () => {
    const workspace = await openWorkspace(root, { localSources: false });
    const { diagnostics, sources } = await checkDeclarations(
      { workspace, clock: today },
      { names: [], bases: new Map() },
    );
    for (const diagnostic of diagnostics) noteDiagnostic(judgement, diagnostic);
    judgement.output.push(
      renderDiagnosticsMarkdown(diagnostics),
      renderDiagnosticsGitHub(diagnostics).join('\n'),
      renderDiagnosticsText(diagnostics, { sources, coloured: false }),
    );
    const { results } = readDeployments(await workspace.deploymentFolders());
    for (const { deployment, deployable } of results) {
      if (deployment === undefined || !deployable) continue;
      await attempt(() => mirrorOf(judgement, workspace, deployment));
    }
    for (const { name } of results) await attempt(async () => void (await workspace.filesBelow(`deployments/${name}`)));
  });
  return judgement;
}

type Workspace = Awaited<ReturnType<typeof openWorkspace>>;
type Deployment = NonNullable<ReturnType<typeof readDeployments>['results'][number]['deployment']>;

async function mirrorOf(judgement: Judgement, workspace: Workspace, deployment: Deployment): Promise<void> {
  const layers = await layersOf({ workspace }, deployment);
  for (const kind of ['container', 'cluster'] as const) {
    const result = applyLayers(new Map(), layers[kind].layers);
    checkLinks(layers[kind].layers, result, { tree: new Map(), links: new Map() });
    judgement.output.push(overlayDigest(layers[kind].layers));
    for (const { path, content } of layers[kind].layers.flatMap(({ files }) => files)) {
      judgement.output.push(path, content.length < 100_000 ? content.toString('latin1') : digest(content));
    }
  }
  const used = new Set(deployment.profiles.flatMap(({ hook_script: hook }) => (hook === undefined ? [] : [hook])));
  const check = await checkStartupFiles(findStartupFiles(layers.cluster.layers), used);
  judgement.output.push(...check.notes, ...check.errors);
  refuseStartupErrors(check);
}

const digest = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

function noteDiagnostic(judgement: Judgement, { severity, file, line, message, code: id }: Diagnostic): void {
  if (severity !== 'error') return;
  judgement.refusals.push({ file, line, message, code: id });
  if (file === '' || !(line >= 1)) judgement.faults.push(`${id} has no place: ${message}`);
}

function noteFailure(judgement: Judgement, error: unknown): void {
  const failure = toFailure(error);
  const { place, message, source, code: id } = failure;
  judgement.output.push(text(message), code(message), message);
  if (place !== undefined) judgement.refusals.push({ ...place, message, code: id });
  if (!(error instanceof Failure) || source === 'product') {
    judgement.faults.push(`not a refusal: ${failure.cause instanceof Error ? failure.cause.stack : failure.stack}`);
  } else if (place === undefined) judgement.faults.push(`${id} has no place: ${message}`);
}
