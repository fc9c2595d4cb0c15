import { describeRow } from '../plan/approval.ts';
import { isGranting } from '../plan/granting.ts';
import { type Loss, lossesOf } from '../plan/losses.ts';
import type { MirrorChange, Plan, PlannedStack, PreflightFinding, ResourceChange } from '../plan/plan.ts';
import type { PlanRow, RowAct } from '../plan/plan-row.ts';
import { type CommentParts, fitParts } from './comment-parts.ts';
import { costBody, costSummary, costWarnings } from './cost-report.ts';
import { cellCode, code, count, htmlText, paragraphs, table, text, usd } from './markdown.ts';
import { renderEveryRow } from './rows-report.ts';

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

/** A plan for a job's summary and a terminal: everything, the folded parts too. */
export function renderPlan(plan: Plan): string {
  return fitParts(planParts(plan), Number.POSITIVE_INFINITY).markdown;
}

/**
 * A plan as the parts of a comment, consequence first. What is removed, replaced or loses its protection, who gets access,
 * and what blocks stands open and whole.
 */
export function planParts(plan: Plan): CommentParts {
  return {
    lead: [newAccountSentence([plan]), `### ${text(plan.deployment)} in ${text(plan.region)}`, planConsequence(plan)],
    open: [
      renderDestructive(plan.rows, doing(plan)),
      renderGrants(plan.rows),
      renderOpenFindings(plan.preflight),
      ...plan.stacks.filter(({ action }) => action === 'blocked' || action === 'recover').map(renderTrouble),
      renderDrift(plan.stacks),
      plan.cost === undefined ? '' : costWarnings(plan.cost),
      renderSealing(plan),
    ],
    folded: [
      { summary: 'Stacks', content: renderStacks(plan.stacks) },
      ...plan.stacks.map(renderStack),
      ...(plan.mirror ?? []).map(renderRepository),
      ...(plan.cost === undefined ? [] : [{ summary: costSummary(plan.cost), content: costBody(plan.cost) }]),
      renderPassed(plan.preflight),
    ],
  };
}

/** Whether a comment can show everything that has to be seen. What cannot be seen cannot be approved. */
export function canBeShown(plan: Plan): boolean {
  return fitParts(planParts(plan)).isWhole;
}

/** Whether a deployment needs a comment of its own: something goes, is made anew, or is in the way. */
export function needsAttention(plan: Plan): boolean {
  return plan.rows.some(isDestructive) || hasBlocker(plan);
}

/** In a sentence or two what the merge comes to, losses first. */
export function planConsequence(plan: Plan): string {
  const losses = lossesOf(plan.rows);
  const room = plan.newAccount === undefined ? longestSentence : longestAfterAccount;
  return [lossSentence(losses, room), verdict(plan), costSentence(plan)].filter(Boolean).join(' ');
}

/** New accounts that are named one by one in the first line; the table below it has all. */
const namedAccounts = 3;

/**
 * That accounts are used for the first time, in one line: whoever approves a merge into an account that nobody looks after
 * yet should not have to find that out. Empty when there is none.
 */
export function newAccountSentence(plans: readonly Pick<Plan, 'accountId' | 'newAccount'>[]): string {
  const found = plans.flatMap(({ accountId, newAccount }) =>
    newAccount === undefined ? [] : [{ accountId, newAccount }],
  );
  const [first] = found;
  if (first === undefined) return '';
  const accounts = [...new Set(found.map(({ accountId }) => accountId))];
  const more = accounts.length - namedAccounts;
  const named = accounts.slice(0, namedAccounts).map(code).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const [noun, them] = accounts.length === 1 ? ['account', 'it'] : ['accounts', 'them'];
  return `**New ${noun} ${named}: no lab on ${branchName(first.newAccount.branch)} uses ${them} yet.**`;
}

/** Longest name of a branch that leaves room for the losses in the first 600 characters. */
const longestBranch = 20;

function branchName(branch: string): string {
  return branch.length > longestBranch ? 'the default branch' : code(branch);
}

/** Longest sentence about losses that leaves room for a heading in the first 600 characters, which everybody sees. */
const longestSentence = 420;

/** The same below a line about a new account. */
const longestAfterAccount = 340;

/**
 * `**Lost: 1 user pool, 2 volumes; 3 in all. Replaced: 1 node group.**`; empty when nothing goes.
 * @param longest characters; what would be longer is said more shortly
 */
export function lossSentence(losses: readonly Loss[], longest = longestSentence): string {
  if (losses.length === 0) return '';
  const parts = [sentenceOf(losses, 'Lost', 'lost'), sentenceOf(losses, 'Replaced', 'replaced')];
  const sentence = `**${parts.filter(Boolean).join(' ')}**`;
  return sentence.length <= longest ? sentence : shortSentence(losses);
}

function sentenceOf(losses: readonly Loss[], word: string, how: Loss['how']): string {
  const some = losses.filter((loss) => loss.how === how);
  if (some.length === 0) return '';
  const total = some.length === 1 ? '' : `; ${totalOf(some)} in all`;
  return `${word}: ${some.map(({ items, one, many }) => count(items.length, one, many)).join(', ')}${total}.`;
}

/** Both numbers beside each kind's name, each name once. */
function shortSentence(losses: readonly Loss[]): string {
  const numberOf = (many: string, how: Loss['how']): number =>
    totalOf(losses.filter((loss) => loss.many === many && loss.how === how));
  const kinds = [...new Set(losses.map(({ many }) => many))];
  const named = kinds.map((many) => `${many} ${numberOf(many, 'lost')}/${numberOf(many, 'replaced')}`);
  return `**Lost/replaced: ${named.join(', ')}; ${totalOf(losses)} in all.**`;
}

function totalOf(losses: readonly Loss[]): number {
  return losses.reduce((sum, { items }) => sum + items.length, 0);
}

/** What carries a plan out: the merge of its pull request, or a run of the workflow deploy for a plan of the tip. */
function doing({ sealing }: Pick<Plan, 'sealing'>): string {
  return sealing?.tip === undefined ? 'Merging' : 'Deploying';
}

function hasBlocker({ stacks, preflight }: Plan): boolean {
  return stacks.some(({ action }) => action === 'blocked') || preflight.some(({ outcome }) => outcome === 'blocker');
}

function verdict(plan: Plan): string {
  const blocked = plan.stacks.filter((stack) => stack.action === 'blocked').length;
  const blockers = plan.preflight.filter(({ outcome }) => outcome === 'blocker').length + blocked;
  if (blockers > 0)
    return `**Not ready: ${count(blockers, 'blocker')}.** ${doing(plan)} now would change nothing and fail.`;
  const changed = plan.stacks.filter((stack) => stack.action !== 'unchanged').length;
  const mirrored = (plan.mirror ?? []).filter(({ change }) => change !== 'unchanged').length;
  if (changed === 0 && mirrored === 0) return 'Nothing changes in AWS.';
  const parts = [
    changed > 0 ? count(changed, 'stack') : '',
    mirrored > 0 ? count(mirrored, 'repository', 'repositories') : '',
  ];
  return `${doing(plan)} changes ${parts.filter(Boolean).join(' and ')}.`;
}

function costSentence({ cost, costBefore }: Plan): string {
  if (cost === undefined) return '';
  const now = `${usd(cost.monthlyUsd)} a month`;
  if (costBefore === undefined) return `About ${now}.`;
  return costBefore.monthlyUsd === cost.monthlyUsd ? '' : `About ${usd(costBefore.monthlyUsd)} → ${now}.`;
}

const destructiveActs: ReadonlySet<RowAct> = new Set([
  'remove',
  'replace',
  'may replace',
  'recover',
  'skip',
  'unprotect',
]);

/** Of whole resources, protections and data; a property or a key that goes is an ordinary change. */
function isDestructive({ act, property, type }: PlanRow): boolean {
  if (!destructiveActs.has(act)) return false;
  if (act === 'unprotect' || act === 'recover' || act === 'skip') return true;
  return property === '' && type.startsWith('AWS::');
}

function renderDestructive(rows: readonly PlanRow[], doing: string): string {
  const destructive = rows.filter(isDestructive);
  if (destructive.length === 0) return '';
  const meanings = lossesOf(rows)
    .filter(({ one }) => one !== 'other resource')
    .map(({ how, one, many, items, meaning }) => `> - ${count(items.length, one, many)} ${how}: ${meaning}`);
  return [
    [`> [!CAUTION]`, `> **${doing} approves exactly these ${destructive.length}:**`, ...meanings].join('\n'),
    renderEveryRow(destructive),
  ].join('\n\n');
}

function renderGrants(rows: readonly PlanRow[]): string {
  const grants = rows.filter(
    (row) => row.property !== '' && row.act !== 'remove' && isGranting(row.type, row.property),
  );
  // A new deployment is full of them, all of its own making; what counts is what is added to one that lives.
  const isNew = (row: PlanRow): boolean =>
    rows.some((other) => other.place === row.place && other.type === 'stack' && other.act === 'add');
  const shown = grants.filter((row) => !isNew(row));
  if (shown.length === 0) return '';
  return [`> [!WARNING]\n> **Gives access or opens something (${shown.length}):**`, renderEveryRow(shown)].join('\n\n');
}

function renderTrouble(stack: PlannedStack): string {
  return `${actionWords[stack.action]} ${code(stack.name)}: ${text(stack.detail ?? stack.stateFound)}`;
}

/** Outside changes that are shown; the plan has all. */
const shownOutside = 40;

function renderDrift(stacks: readonly PlannedStack[]): string {
  const found = stacks.flatMap(({ name, drift = [] }) => drift.map((change) => ({ name, ...change })));
  if (found.length === 0) return '';
  const rows = found
    .slice(0, shownOutside)
    .map(({ name, title, type, property, declared, actual }) => [
      `${text(title)}<br><sub>${text(type)} in ${text(name)}</sub>`,
      property === '' ? '' : cellCode(property),
      property === '' ? 'there' : outsideValue(declared),
      property === '' ? '**deleted**' : outsideValue(actual),
    ]);
  const more = found.length > rows.length ? `\n\n… and ${found.length - rows.length} more.` : '';
  const heading = `> [!WARNING]\n> **Changed outside of this repository (${found.length}):**`;
  return [heading, table(['Resource', 'Property', 'Declared', 'Found'], rows) + more].join('\n\n');
}

/** Longest value in the table. */
const outsideCharacters = 300;

function outsideValue(value: string | undefined): string {
  if (value === undefined || value === '') return 'not set';
  return cellCode(value.length > outsideCharacters ? `${value.slice(0, outsideCharacters)}…` : value);
}

function renderSealing({ sealing, grown, accountId, fingerprint }: Plan): string {
  const about = `account ${code(accountId)} · plan ${code(fingerprint.slice(0, 12))}`;
  const isGrown = (grown ?? []).length > 0;
  const parts = [
    isGrown
      ? `> [!WARNING]\n> **This plan goes further than the one that was shown here for the same commit.** It also has: ${grownRows(grown ?? [])}. Look at it again; when you agree, run the workflow once more yourself: its check is green when nothing more has come.`
      : '',
    sealing?.kind === 'not sealed'
      ? `> [!WARNING]\n> **Not sealed:** ${text(sealing.why)} ${doing({ sealing })} now approves nothing of it.`
      : '',
    sealing?.kind === 'sealed' ? `<sub>${about} · sealed as ${code(sealing.digest)}</sub>` : `<sub>${about}</sub>`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** The first of what came in addition; all of it is in the plan. */
function grownRows(grown: readonly PlanRow[]): string {
  const named = grown.slice(0, 3).map((row) => text(describeRow(row)));
  const more = grown.length - named.length;
  return more > 0 ? `${named.join('; ')} and ${more} more` : named.join('; ');
}

function renderStacks(stacks: readonly PlannedStack[]): string {
  return table(
    ['Stack', 'What happens', 'Resources'],
    stacks.map((stack) => [cellCode(stack.name), actionWords[stack.action], summarize(stack)]),
  );
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

const findingWords: Record<PreflightFinding['outcome'], string> = {
  ok: '✅',
  warning: '⚠️ warning',
  blocker: '⛔ blocker',
  unknown: '❔ could not be checked',
};

function findingRow({ outcome, title, detail, hint }: PreflightFinding): string[] {
  return [findingWords[outcome], text(title), [detail, hint ?? ''].filter(Boolean).map(text).join('<br>')];
}

function renderOpenFindings(findings: readonly PreflightFinding[]): string {
  const open = findings.filter(({ outcome }) => outcome !== 'ok');
  return open.length === 0 ? '' : table(['How', 'Before merging', 'What to do'], open.map(findingRow));
}

type Folded = CommentParts['folded'][number];

function renderPassed(findings: readonly PreflightFinding[]): Folded {
  const fine = findings.filter(({ outcome }) => outcome === 'ok');
  const content = fine.length === 0 ? '' : table(['How', 'Check', 'Found'], fine.map(findingRow));
  return { summary: `${count(fine.length, 'check')} passed`, content };
}

function renderStack(stack: PlannedStack): Folded {
  const summary = `${count(stack.changes.length, 'change')} in ${htmlText(stack.name)}`;
  if (stack.changes.length === 0) return { summary, content: '' };
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
  return { summary, content };
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

function renderRepository({
  repository,
  change,
  upstreamRef,
  upstreamCommit,
  commit,
  files,
  notes,
}: MirrorChange): Folded {
  const of = text(`${upstreamRef} (${upstreamCommit.slice(0, 7)}) + overlay = ${commit.slice(0, 7)}`);
  if (change === 'unchanged' || files === undefined) {
    return { summary: `${htmlText(repository)}: unchanged`, content: `${of}.` };
  }
  const list = (sign: string, paths: readonly string[]): string[] => paths.map((path) => `- ${sign} ${code(path)}`);
  const lines = [...list('added', files.added), ...list('changed', files.changed), ...list('deleted', files.deleted)];
  const more = lines.length > shownFiles ? `\n\n… and ${count(lines.length - shownFiles, 'more file')}.` : '';
  const remarks = (notes ?? []).map((note) => `> ${text(note)}`).join('\n>\n');
  const content = paragraphs(remarks, lines.slice(0, shownFiles).join('\n') + more).trimEnd();
  return { summary: `${htmlText(repository)}: ${count(lines.length, 'file')}`, content: paragraphs(`${of}.`, content) };
}
