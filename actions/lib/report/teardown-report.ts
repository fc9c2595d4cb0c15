import { isOf } from '../resources/resource-types.ts';
import type { Receipt } from '../teardown/receipt.ts';
import type { DataVolume, TeardownData, TeardownItem, TeardownPlan } from '../teardown/teardown-plan.ts';
import { renderSteps } from './deploy-report.ts';
import { cellCode, code, count, details, paragraphs, table, text, usd, wholeTable } from './markdown.ts';
import { pseudonymOf } from './pseudonym.ts';

/** Longest comment with a teardown plan, in characters; GitHub takes 65,536 (docs.github.com/en/rest/issues/comments). */
const longestReport = 65_000;

/** What a person reads before a teardown, and whether that is all that a person must see. */
export type TeardownReport =
  | { approvable: true; markdown: string }
  /** What would be lost does not fit into one comment, so nobody could have seen it. */
  | { approvable: false; reason: string; markdown: string };

/** @param names show people's names; otherwise pseudonyms stand for them */
export function renderTeardownPlan(plan: TeardownPlan, names = false): string {
  return teardownReport(plan, { names }).markdown;
}

/**
 * The teardown plan, for the body of the teardown pull request and for its comment. What is lost comes first and is neither
 * folded nor cut; the rest is folded, and left out before anything else when it does not fit.
 * @param options.room characters that there are for it
 */
export function teardownReport(
  given: TeardownPlan,
  { names, room = longestReport }: { names: boolean; room?: number },
): TeardownReport {
  const plan = names ? given : withPseudonyms(given);
  const { data } = plan;
  const lost = data === undefined ? '' : renderLosses(plan, data);
  const lead = [
    `### Teardown of ${text(plan.deployment)}`,
    data === undefined
      ? 'Derived from the declaration; the inventory of what is really there follows as a comment.'
      : summarizeLosses(plan, data),
  ];
  const refused =
    plan.refusals.length > 0
      ? `> [!CAUTION]\n> **It would be refused:**\n${plan.refusals.map((reason) => `> - ${text(reason)}`).join('\n')}`
      : '';
  const head = paragraphs(...lead, refused, lost);
  const order = details('How it goes', renderOrder(plan));
  const goes = details(`Everything that goes (${plan.goes.length})`, renderGoes(plan));
  const cut = `The list of all ${plan.goes.length} resources does not fit here; the job summary has it.`;
  const staysCut = `**Stays (${plan.stays.length})**: the list does not fit here; the job summary has it.`;
  const versions = [
    [renderStays(plan), order, goes],
    [renderStays(plan), order, cut],
    [staysCut, order, cut],
    [staysCut, 'How it goes does not fit here; the job summary has it.', cut],
  ];
  for (const parts of versions) {
    const markdown = `${head}\n${paragraphs(...parts)}`;
    if (markdown.length <= room) return { approvable: true, markdown };
  }
  const reason = 'What would be lost does not fit into one comment, so nobody can approve it as a whole.';
  const hint =
    'Delete homes and snapshots that nobody needs any more, in the lab or in the EC2 console, then push to the branch for a new plan.';
  const markdown = paragraphs(...lead, `> [!CAUTION]\n> **It cannot be approved.** ${reason} ${hint}`);
  return { approvable: false, reason: `${reason} ${hint}`, markdown };
}

/** The same plan with pseudonyms in place of people's names: for comments, summaries, artifacts and pages. */
export function withPseudonyms(plan: TeardownPlan): TeardownPlan {
  const { data, deployment } = plan;
  if (data === undefined) return plan;
  const hide = <T extends { claim?: string }>(item: T): T => {
    const person = /^claim-(.*)$/s.exec(item.claim ?? '')?.[1];
    return person === undefined ? item : { ...item, claim: `claim-${pseudonymOf(deployment, person)}` };
  };
  const hidden = {
    homes: data.homes.map(hide),
    databases: data.databases.map(hide),
    otherVolumes: data.otherVolumes.map(hide),
    snapshots: data.snapshots.map(hide),
  };
  // A volume's or snapshot's own title may have its Name tag, which upstream's hubs made of the user's name.
  const plain = <T extends { title: string; type: string; arn?: string }>(item: T): T => {
    return isOf(item.type, 'data', 'volumes') || isOf(item.type, 'data', 'snapshots')
      ? { ...item, title: item.title.replace(/ \(.*$/s, '') }
      : item;
  };
  return { ...plan, goes: plan.goes.map(plain), stays: plan.stays.map(plain), data: { ...data, ...hidden } };
}

/** In a few sentences what is lost, kept and paid for; the whole plan says more. */
export function teardownConsequence(plan: TeardownPlan): string {
  const refused = plan.refusals.length === 0 ? '' : `**Refused:** ${plan.refusals.map(text).join(' ')}`;
  const lost = plan.data === undefined ? 'Nobody has looked what there is.' : summarizeLosses(plan, plan.data);
  return [`**Teardown.** ${lost}`, refused].filter(Boolean).join('\n\n');
}

/** What several teardowns lose together, in one sentence; those of which nobody has looked what there is are counted. */
export function teardownTotal(plans: readonly TeardownPlan[]): string {
  const known = plans.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const losses = lossesOf({
    homes: known.flatMap(({ homes }) => homes),
    databases: known.flatMap(({ databases }) => databases),
    otherVolumes: known.flatMap(({ otherVolumes }) => otherVolumes),
    snapshots: known.flatMap(({ snapshots }) => snapshots),
    pools: known.flatMap(({ pools }) => pools),
    images: known.flatMap(({ images }) => images),
    repositories: known.flatMap(({ repositories }) => repositories),
    logs: known.flatMap(({ logs }) => logs),
    buckets: known.flatMap(({ buckets }) => buckets),
  });
  const unknown = plans.length - known.length;
  const lost = losses.length === 0 ? 'No data is lost.' : `**Lost for good:** ${losses.join(' · ')}.`;
  return `**${plans.length} teardowns.** ${lost}${unknown === 0 ? '' : ` Of ${unknown} nobody has looked what there is.`}`;
}

/** The first lines: each kind of data with count and total, then what can be had back, then what stays at what cost. */
function summarizeLosses(plan: TeardownPlan, data: TeardownData): string {
  const losses = lossesOf(data);
  const what = losses.length === 0 ? 'No data is lost.' : `**Lost for good:** ${losses.join(' · ')}.`;
  const isOn = plan.options?.final_snapshots === true;
  const snapshots = isOn
    ? 'Final snapshots are **on**: the last state of each volume is kept.'
    : 'Final snapshots are **off**: no home can be brought back, except one that is used after this plan.';
  return paragraphs(what, `${snapshots} ${costOfStays(plan)}`).trim();
}

function lossesOf(data: Omit<TeardownData, 'stacks' | 'foreign'>): string[] {
  const { homes, databases, otherVolumes, snapshots, pools, images, repositories, logs, buckets } = data;
  const kinds: string[] = [];
  const volumes = (list: readonly DataVolume[], one: string, many: string, more = ''): void => {
    if (list.length > 0) kinds.push(`**${count(list.length, one, many)}** (${gib(list)}${more})`);
  };
  volumes(homes, 'home', 'homes', `, last use ${newestUse(homes)}`);
  volumes(databases, 'hub database', 'hub databases');
  volumes(otherVolumes, 'other volume', 'other volumes');
  if (snapshots.length > 0) kinds.push(`${count(snapshots.length, 'snapshot')} (${gib(snapshots)})`);
  if (pools.length > 0) kinds.push(`${accountsOf(pools)} in ${count(pools.length, 'user pool')}`);
  if (images.length > 0) kinds.push(count(images.length, 'image repository', 'image repositories'));
  if (repositories.length > 0)
    kinds.push(count(repositories.length, 'CodeCommit repository', 'CodeCommit repositories'));
  if (logs.length > 0) kinds.push(count(logs.length, 'log group'));
  if (buckets.length > 0) kinds.push(`${count(buckets.length, 'bucket')} of build artifacts`);
  return kinds;
}

function gib(list: readonly { sizeGib: number }[]): string {
  return `${list.reduce((sum, { sizeGib }) => sum + sizeGib, 0).toLocaleString('en-US')} GiB`;
}

function accountsOf(pools: TeardownData['pools']): string {
  const unknown = pools.some(({ accounts }) => accounts === undefined);
  const known = pools.reduce((sum, { accounts = 0 }) => sum + accounts, 0);
  return unknown ? 'an unknown number of accounts' : count(known, 'account');
}

function newestUse(homes: readonly DataVolume[]): string {
  const uses = homes.map(({ lastUse }) => lastUse);
  const now = uses.filter(({ kind }) => kind === 'now').length;
  if (now > 0) return `**now** by ${now}`;
  const times = uses.flatMap((use) => (use.kind === 'at' ? [use.at] : [])).sort();
  const unknown = uses.filter(({ kind }) => kind === 'unknown').length;
  const newest = times.at(-1)?.slice(0, 10);
  if (newest === undefined) return 'unknown';
  return unknown === 0 ? newest : `${newest}, of ${unknown} unknown`;
}

/** What stays, in one sentence; a price that is not known is said, and is not counted as nothing. */
function costOfStays({ stays }: TeardownPlan): string {
  if (stays.length === 0) return 'Nothing stays.';
  return `What stays: ${stays.length}${costOf(stays)}, by ${[...new Set(stays.map(({ rule }) => rule))].map(code).join(', ')}.`;
}

function renderLosses({ options }: TeardownPlan, data: TeardownData): string {
  const volumeRows = (list: readonly DataVolume[]): string =>
    wholeTable(
      ['Of', 'Volume', 'GiB', 'Made', 'Last use'],
      list.map((volume) => [
        volume.claim === undefined ? 'nobody knows' : text(volume.claim.replace(/^claim-/, '')),
        cellCode(volume.id),
        String(volume.sizeGib),
        day(volume.createdAt),
        volume.lastUse.kind === 'at' ? day(volume.lastUse.at) : volume.lastUse.kind,
      ]),
    );
  const part = (title: string, list: readonly unknown[], content: () => string): string =>
    list.length === 0 ? '' : `**${title} (${list.length})**\n\n${content()}`;
  const names = (list: readonly string[]): string => list.map((name) => code(name)).join(', ');
  return paragraphs(
    part('Homes', data.homes, () => volumeRows(data.homes)),
    part('Hub database', data.databases, () => volumeRows(data.databases)),
    part('Other volumes', data.otherVolumes, () => volumeRows(data.otherVolumes)),
    part('Snapshots', data.snapshots, () => renderSnapshots(data)),
    part('User pools', data.pools, () =>
      data.pools
        .map(
          ({ id, accounts }) =>
            `${code(id)}: ${accounts === undefined ? 'number of accounts unknown' : count(accounts, 'account')}`,
        )
        .join(', '),
    ),
    part('Images', data.images, () => names(data.images)),
    part('CodeCommit repositories', data.repositories, () => names(data.repositories)),
    part('Log groups', data.logs, () => names(data.logs)),
    part('Buckets', data.buckets, () => names(data.buckets)),
    part('Stacks', data.stacks, () => names(data.stacks)),
    part('Not touched: another owner’s by a tag', data.foreign, () =>
      data.foreign.map(({ id, owner }) => `${code(id)} of ${code(owner)}`).join(', '),
    ),
    options === undefined
      ? ''
      : `Kept as declared: ${Object.entries(options)
          .map(([key, isKept]) => `${code(`retain.${key}`)} ${isKept ? 'on' : 'off'}`)
          .join(', ')}.`,
  ).trim();
}

/** Snapshots of listed homes go with them; those whose volume is gone are the last there is, and are listed one by one. */
function renderSnapshots({ snapshots, homes, databases, otherVolumes }: TeardownData): string {
  const listed = new Set([...homes, ...databases, ...otherVolumes].map(({ id }) => id));
  const last = snapshots.filter(({ volumeId }) => !listed.has(volumeId));
  const others = snapshots.length - last.length;
  const sentence = others === 0 ? '' : `${count(others, 'snapshot')} of the volumes above.`;
  if (last.length === 0) return sentence;
  const rows = last.map(({ id, claim, sizeGib, startedAt }) => [
    claim === undefined ? 'nobody knows' : text(claim.replace(/^claim-/, '')),
    cellCode(id),
    String(sizeGib),
    day(startedAt),
  ]);
  return paragraphs(
    sentence,
    'Of volumes that are gone, so the last there is:',
    wholeTable(['Of', 'Snapshot', 'GiB', 'Made'], rows),
  ).trim();
}

function day(iso: string | undefined): string {
  return iso?.slice(0, 10) ?? 'unknown';
}

function renderOrder({ steps }: TeardownPlan): string {
  return steps.map((step, index) => `${index + 1}. **${text(step.title)}** – ${text(step.detail)}`).join('\n');
}

function renderGoes({ goes }: TeardownPlan): string {
  if (goes.length === 0) return '';
  return table(
    ['What', 'Type', 'How much'],
    goes.map((item) => [text(item.title), cellCode(item.type), amount(item)]),
  );
}

function renderStays({ stays }: TeardownPlan): string {
  if (stays.length === 0) return '**Stays:** nothing.';
  const rows = stays.map((item) => [text(item.title), text(item.reason), cellCode(item.rule), monthlyCost(item)]);
  return `**Stays (${stays.length})**\n\n${table(['What', 'Why', 'Rule', 'A month'], rows)}`;
}

function monthlyCost({ monthlyUsd }: { monthlyUsd?: number }): string {
  return monthlyUsd === undefined ? 'unknown' : usd(monthlyUsd);
}

function amount(item: TeardownItem): string {
  const parts = [
    item.count === undefined ? '' : `${item.count}×`,
    item.sizeGib === undefined ? '' : `${item.sizeGib} GiB`,
  ];
  return parts.filter(Boolean).join(' ');
}

const verdicts: Record<Receipt['outcome'], string> = {
  succeeded: '✅ Proven gone',
  failed: '❌ Not gone',
  unknown: '❔ Not proven',
};

/** Who said that a resource is gone; its own service unless noted. */
const confirmations: Record<Receipt['gone'][number]['confirmedBy'], string> = {
  service: '',
  stack: ' (by CloudFormation’s word)',
};

/** The receipt, for the teardown pull request and the job summary. */
export function renderReceipt(receipt: Receipt): string {
  const hints = new Set(receipt.retained.flatMap(({ hint }) => (hint === undefined ? [] : [hint])));
  return paragraphs(
    `### ${verdicts[receipt.outcome]}: ${text(receipt.deployment)}`,
    text(receipt.message),
    `**${receipt.gone.length} gone · ${receipt.retained.length} retained${costOf(receipt.retained)} · ${receipt.leftover.length} left over**`,
    renderLeftovers(receipt),
    receipt.retained.length === 0
      ? ''
      : table(
          ['Retained', 'Why', 'Rule', 'A month'],
          receipt.retained.map((item) => [
            cellCode(item.arn),
            text(item.reason),
            cellCode(item.rule),
            monthlyCost(item),
          ]),
        ),
    [...hints].map((hint) => text(hint)).join('\n\n'),
    details(
      `${count(receipt.gone.length, 'resource')} gone`,
      receipt.gone.map((item) => `- ${code(item.arn)}${confirmations[item.confirmedBy]}`).join('\n'),
    ),
    details('Steps', renderSteps(receipt.steps)),
    `<sub>${receipt.calls} requests to AWS · account ${code(receipt.accountId)}, ${text(receipt.region)}</sub>`,
  );
}

/** A price that is not known is said, and is not counted as nothing. */
function costOf(items: readonly { monthlyUsd?: number }[]): string {
  const known = items.filter(({ monthlyUsd }) => monthlyUsd !== undefined);
  const sum = known.reduce((total, { monthlyUsd = 0 }) => total + monthlyUsd, 0);
  const unknown = items.length - known.length;
  if (items.length === 0) return '';
  if (known.length === 0) return ' (price unknown)';
  return ` (${usd(sum)} a month${unknown === 0 ? '' : `, ${unknown} at an unknown price`})`;
}

function renderLeftovers(receipt: Receipt): string {
  const rows = [
    ...receipt.leftover.map((item) => [cellCode(item.arn), text(item.reason), text(item.hint)]),
    ...receipt.unverified.map((item) => [
      cellCode(item.arn),
      text(item.failure.message),
      text(item.failure.hint ?? ''),
    ]),
  ];
  return rows.length === 0 ? '' : table(['Left over or not verified', 'Why', 'What to do'], rows);
}
