import type { MirrorChange, Plan, PlannedStack, PreflightFinding, ResourceChange } from '../plan/plan.ts';
import { renderCostFolded } from './cost-report.ts';
import { cellCode, code, count, details, paragraphs, table, text } from './markdown.ts';

/** Rows of property changes shown per stack, and files shown per repository; the record has all. */
const shownProperties = 40;
const shownFiles = 200;

const actionWords: Record<PlannedStack['action'], string> = {
  create: '🟢 create',
  update: '🟡 update',
  unchanged: '⚪ unchanged',
  recover: '🟠 recover',
  blocked: '🔴 blocked',
};

/** The part of the sticky comment about one deployment. */
export function renderPlan(plan: Plan): string {
  return paragraphs(
    `### ${text(plan.deployment)} in ${text(plan.region)}`,
    verdict(plan),
    renderDestructive(plan),
    renderPreflight(plan.preflight),
    table(
      ['Stack', 'What happens', 'Resources'],
      plan.stacks.map((stack) => [cellCode(stack.name), actionWords[stack.action], summarize(stack)]),
    ),
    ...plan.stacks.map(renderStack),
    renderMirror(plan),
    plan.cost === undefined ? '' : renderCostFolded(plan.cost),
    `<sub>account ${code(plan.accountId)} · plan ${code(plan.fingerprint.slice(0, 12))}</sub>`,
  );
}

function verdict(plan: Plan): string {
  const blocked = plan.stacks.filter((stack) => stack.action === 'blocked').length;
  const blockers = plan.preflight.filter(({ outcome }) => outcome === 'blocker').length + blocked;
  if (blockers > 0) return `**Not ready: ${count(blockers, 'blocker')}.** Merging now would fail.`;
  const changed = plan.stacks.filter((stack) => stack.action !== 'unchanged').length;
  const mirrored = (plan.mirror ?? []).filter(({ change }) => change !== 'unchanged').length;
  if (changed === 0 && mirrored === 0) return 'Nothing changes in AWS.';
  const parts = [
    changed > 0 ? count(changed, 'stack') : '',
    mirrored > 0 ? count(mirrored, 'repository', 'repositories') : '',
  ];
  return `Merging changes ${parts.filter(Boolean).join(' and ')}.`;
}

function summarize(stack: PlannedStack): string {
  if (stack.detail !== undefined && stack.action === 'blocked') return text(stack.detail);
  const of = (action: ResourceChange['action']): number => stack.changes.filter((c) => c.action === action).length;
  const replaced = stack.changes.filter(({ replacement }) => replacement === 'True').length;
  const parts = [
    of('Add') > 0 ? `+${of('Add')}` : '',
    of('Modify') > 0 ? `~${of('Modify')}` : '',
    of('Remove') > 0 ? `−${of('Remove')}` : '',
    replaced > 0 ? `(${replaced} replaced)` : '',
    stack.detail === undefined ? '' : text(stack.detail),
  ];
  return parts.filter(Boolean).join(' ') || '–';
}

function renderDestructive(plan: Plan): string {
  if (plan.destructive.length === 0) return '';
  return paragraphs(
    `> [!CAUTION]\n> **${count(plan.destructive.length, 'resource')} would be removed or replaced.** Merging approves exactly these:`,
    table(
      ['Stack', 'Resource', 'Type', 'What'],
      plan.destructive.map((change) => [
        cellCode(change.stack),
        cellCode(change.logicalId),
        cellCode(change.type),
        text(change.action),
      ]),
    ),
  ).trimEnd();
}

const findingWords: Record<PreflightFinding['outcome'], string> = {
  ok: '✅',
  warning: '⚠️ warning',
  blocker: '⛔ blocker',
  unknown: '❔ could not be checked',
};

function renderPreflight(findings: readonly PreflightFinding[]): string {
  const open = findings.filter(({ outcome }) => outcome !== 'ok');
  const row = (finding: PreflightFinding): string[] => [
    findingWords[finding.outcome],
    text(finding.title),
    [finding.detail, finding.hint ?? ''].filter(Boolean).map(text).join('<br>'),
  ];
  const fine = findings.filter(({ outcome }) => outcome === 'ok');
  return [
    open.length > 0 ? table(['', 'Before merging', 'What to do'], open.map(row)) : '',
    details(`${count(fine.length, 'check')} passed`, fine.length > 0 ? table(['', 'Check', ''], fine.map(row)) : ''),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function renderStack(stack: PlannedStack): string {
  if (stack.changes.length === 0) return '';
  const listed = (title: string, action: ResourceChange['action']): string => {
    const some = stack.changes.filter((change) => change.action === action);
    const names = some.map(({ logicalId, type }) => `${code(logicalId)} ${text(type)}`);
    return names.length === 0 ? '' : `${title}: ${names.join(', ')}`;
  };
  const changed = stack.changes.filter(({ action }) => action !== 'Add' && action !== 'Import');
  const rows = changed.flatMap(propertyRows);
  const more = rows.length > shownProperties ? `\n\n… and ${rows.length - shownProperties} more rows.` : '';
  const changes =
    rows.length > 0
      ? table(['Resource', 'Property', 'Before', 'After', 'Recreation'], rows.slice(0, shownProperties)) + more
      : '';
  const content = [changes, listed('Kept before, taken up again', 'Import'), listed('New', 'Add')]
    .filter(Boolean)
    .join('\n\n');
  return details(`${count(stack.changes.length, 'change')} in ${stack.name}`, content);
}

function propertyRows(change: ResourceChange): string[][] {
  const resource = `${cellCode(change.logicalId)}<br><sub>${text(change.type)}</sub>`;
  if (change.action === 'Remove') return [[resource, '', 'removed', text(change.policyAction ?? 'Delete'), '']];
  if (change.properties.length === 0) return [[resource, '', '', '', text(change.replacement ?? '')]];
  return change.properties.map((property) => [
    resource,
    cellCode(property.path),
    property.before === undefined ? '' : cellCode(property.before),
    property.after === undefined ? '' : cellCode(property.after),
    property.requiresRecreation === 'Never' ? '' : `**${text(property.requiresRecreation)}**`,
  ]);
}

function renderMirror({ mirror = [] }: Plan): string {
  if (mirror.length === 0) return '';
  return paragraphs('**CodeCommit**', ...mirror.map(renderRepository)).trimEnd();
}

function renderRepository({
  repository,
  change,
  upstreamRef,
  upstreamCommit,
  commit,
  files,
  notes,
}: MirrorChange): string {
  const of = `${text(upstreamRef)} (${upstreamCommit.slice(0, 7)}) + overlay = ${commit.slice(0, 7)}`;
  if (change === 'unchanged' || files === undefined) return `${code(repository)}: ${of} · unchanged`;
  const list = (sign: string, paths: readonly string[]): string[] => paths.map((path) => `- ${sign} ${code(path)}`);
  const lines = [...list('added', files.added), ...list('changed', files.changed), ...list('deleted', files.deleted)];
  const more = lines.length > shownFiles ? `\n\n… and ${count(lines.length - shownFiles, 'more file')}.` : '';
  const remarks = (notes ?? []).map((note) => `> ${text(note)}`).join('\n>\n');
  const content = paragraphs(remarks, lines.slice(0, shownFiles).join('\n') + more).trimEnd();
  return details(`${text(repository)}: ${of} · ${count(lines.length, 'file')}`, content);
}
