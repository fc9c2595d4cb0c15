import markdownIt from 'markdown-it';
import type { DemoReport, DemoStep, ShownPullRequest, TimelineBar } from './demo-report.ts';
import { pageStyle } from './report-style.ts';

const markdown = markdownIt({ html: true, linkify: false });
const renderFence = markdown.renderer.rules.fence;
/** GitHub draws Mermaid charts; this page has its own timeline and leaves them out. */
markdown.renderer.rules.fence = (tokens, index, ...rest) =>
  tokens[index]?.info === 'mermaid' ? '' : (renderFence?.(tokens, index, ...rest) ?? '');

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] ?? c);

const minutes = (seconds: number): string =>
  seconds < 60 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

/** The demo's report as one self-contained page. Comments are the product's own, escaped by its renderers. */
export function renderReportPage(report: DemoReport): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>OpenSARlab deployments: ${escapeHtml(report.deployment)}</title>
<style>${pageStyle}</style>
<main>
${header(report)}
${loop(report.steps)}
${timeline(report)}
${receipt(report)}
<h2>The pull requests, as GitHub shows them</h2>
${report.pullRequests.map(pullRequest).join('\n')}
</main>
</html>
`;
}

function header(report: DemoReport): string {
  const done = report.steps.filter(({ outcome }) => outcome === 'succeeded').length;
  const good = report.outcome === 'succeeded';
  const efficiency =
    report.criticalPathVirtualSeconds > 0 ? report.deployVirtualSeconds / report.criticalPathVirtualSeconds : 0;
  return `<header>
<p class="badge ${good ? 'good' : 'bad'}">${good ? 'everything ended as it should' : 'something did not end as it should'}</p>
<h1>${escapeHtml(report.deployment)}: proposed, deployed, changed, torn down, proven gone</h1>
<dl>
<div><dt>steps</dt><dd>${done} of ${report.steps.length}</dd></div>
<div><dt>deployment, AWS time</dt><dd>${minutes(report.deployVirtualSeconds)}</dd></div>
<div><dt>against the critical path</dt><dd>${efficiency.toFixed(3)} ×</dd></div>
<div><dt>gone / retained / left over</dt><dd>${report.receipt.gone.length} / ${report.receipt.retained.length} / ${report.receipt.leftover.length}</dd></div>
<div><dt>real time</dt><dd>${Math.round(report.realSeconds)} s</dd></div>
</dl>
</header>`;
}

function loop(steps: readonly DemoStep[]): string {
  const item = (step: DemoStep): string => {
    const real = (Date.parse(step.finishedAt) - Date.parse(step.startedAt)) / 1000;
    return `<li class="${step.outcome}"><b>${escapeHtml(step.id)}</b><span>${escapeHtml(step.detail)}</span><time>${real.toFixed(1)} s</time></li>`;
  };
  return `<h2>The loop</h2><ol class="loop">${steps.map(item).join('\n')}</ol>`;
}

function timeline(report: DemoReport): string {
  const end = Math.max(1, ...report.timeline.map(({ to }) => to));
  const bar = ({ title, from, to, critical }: TimelineBar): string => {
    const left = (100 * from) / end;
    const width = Math.max(0.4, (100 * (to - from)) / end);
    const side = left > 60 ? 'right' : 'left';
    return `<div class="row"><span class="name">${escapeHtml(title)}</span><div class="lane"><i class="${critical ? 'critical' : ''}" style="left:${left.toFixed(2)}%;width:${width.toFixed(2)}%"></i><em class="${side}" style="${side === 'left' ? `left:${(left + width).toFixed(2)}%` : `right:${(100 - left).toFixed(2)}%`}">${minutes(to - from)}</em></div></div>`;
  };
  return `<h2>The deployment on AWS’s clock</h2>
<p class="note">Dark bars are the critical path: ${minutes(report.criticalPathVirtualSeconds)} of work, done in ${minutes(report.deployVirtualSeconds)}. One real second was ${report.clockScale} virtual seconds.</p>
<div class="timeline">${report.timeline.map(bar).join('\n')}</div>`;
}

function receipt({ receipt: { gone, retained, leftover } }: DemoReport): string {
  const rows = retained.map(
    (item) =>
      `<tr><td><code>${escapeHtml(item.arn)}</code></td><td>${escapeHtml(item.reason)}</td><td><code>${escapeHtml(item.rule)}</code></td><td>${item.monthlyUsd === undefined ? '?' : `$${item.monthlyUsd.toFixed(2)}`}</td></tr>`,
  );
  const asked = gone.filter(({ confirmedBy }) => confirmedBy === 'service').length;
  const left = leftover.map((item) => `<li><code>${escapeHtml(item.arn)}</code> ${escapeHtml(item.reason)}</li>`);
  return `<h2>The receipt</h2>
<p class="note">${gone.length} resources gone, ${asked} of them confirmed by their own service, the others by CloudFormation. ${leftover.length === 0 ? 'Nothing unexplained is left.' : `<b>${leftover.length} left over.</b>`}</p>
${left.length > 0 ? `<ul>${left.join('')}</ul>` : ''}
<table><thead><tr><th>Retained</th><th>Why</th><th>Rule</th><th>A month</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>
<details><summary>${gone.length} gone</summary><ul class="arns">${gone.map(({ arn }) => `<li><code>${escapeHtml(arn)}</code></li>`).join('\n')}</ul></details>`;
}

function pullRequest(pull: ShownPullRequest): string {
  const notes = pull.annotations.map(
    ({ path, line, level, title, message }) =>
      `<div class="annotation ${escapeHtml(level)}"><code>${escapeHtml(path)}:${line}</code> <b>${escapeHtml(title)}</b> ${escapeHtml(message)}</div>`,
  );
  const comments = pull.comments.map(({ author, body }) => card(author, body));
  return `<section class="pull"><h3>${escapeHtml(pull.title)} <span>#${pull.number}</span></h3>
${pull.body === '' ? '' : card('opened with', pull.body)}
${notes.length > 0 ? `<div class="annotations">${notes.join('\n')}</div>` : ''}
${comments.join('\n')}</section>`;
}

function card(author: string, body: string): string {
  return `<article><header>${escapeHtml(author)}</header><div class="markdown">${markdown.render(body)}</div></article>`;
}
