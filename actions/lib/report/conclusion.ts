import { type Outcome, worstOutcome } from '../engine/outcome.ts';
import { renderDeployRecord } from './deploy-report.ts';
import { countedOutcome, type JobRecord } from './job-record.ts';
import { code, paragraphs, text } from './markdown.ts';
import { renderMirrorRecords } from './mirror-report.ts';
import { renderPlan } from './plan-report.ts';
import { renderReceipt, renderTeardownPlan } from './teardown-report.ts';
import { renderUndeclared } from './undeclared-report.ts';

/** The conclusion of a workflow over all its legs. */
export type Conclusion = { outcome: Outcome; markdown: string };

/**
 * Puts the records of all legs together. A leg without a record counts as unknown: the job was cancelled, lost its
 * machine or never started.
 * @param expected names of all deployments that must have a record
 */
export function concludeRecords(expected: readonly string[], records: readonly JobRecord[]): Conclusion {
  const parts = expected.map((name) => {
    const record = records.find((candidate) => candidate.deployment === name);
    return record === undefined ? missing(name) : { outcome: countedOutcome(record), markdown: renderRecord(record) };
  });
  return {
    outcome: worstOutcome(parts.map(({ outcome }) => outcome)),
    markdown: parts.map(({ markdown }) => markdown.trim()).join('\n\n---\n\n'),
  };
}

function missing(name: string): Conclusion {
  const markdown = paragraphs(
    `### ❔ ${text(name)}`,
    'Its job left no record, so what it did is unknown. Look at its log, then run it again.',
  );
  return { outcome: 'unknown', markdown };
}

function renderRecord(record: JobRecord): string {
  const { undeclared, deployment: name } = record;
  if (undeclared !== undefined) {
    const isGone = undeclared.lastDeclaredAt !== undefined;
    return renderUndeclared({ name, isGone, missing: undeclared.missing }, undefined);
  }
  if (record.value === undefined) return renderFailed(record);
  switch (record.kind) {
    case 'plan':
      return renderPlan(record.value);
    case 'mirror':
      return renderMirrorRecords(record.value);
    case 'deploy':
      return renderDeployRecord(record.value);
    case 'teardown':
      return renderTeardownPlan(record.value);
    case 'destroy':
      return renderReceipt(record.value);
  }
}

function renderFailed(record: JobRecord): string {
  const { deployment, failure, outcome } = record;
  return paragraphs(
    outcome === 'superseded'
      ? `### ⚪ ${text(deployment)}: superseded, nothing was done`
      : `### ❌ ${text(deployment)}`,
    failure === undefined ? 'It failed and left no reason.' : `${text(failure.message)} ${code(failure.code)}`,
    failure?.hint === undefined ? '' : text(failure.hint),
  );
}
