import { consolePlace } from '../diagnosis/console-link.ts';
import {
  diagnoseStack,
  diagnoseWords,
  type Finding,
  type StackFinding,
  type StackPart,
} from '../diagnosis/diagnose.ts';
import { Failure } from '../failure.ts';
import type { StackEvent } from '../ports/cloudformation.ts';

/**
 * One line on why a stack operation failed: the resource, what AWS means, its words; what to do and where to look as the hint.
 * @param what as in "deploy stack sar-cluster"
 * @param status StackStatus at the end
 * @param events of the operation, oldest first
 * @param part `rollback` when the rollback is what failed, which has another cause than the update
 */
export function stackFailure(
  what: string,
  status: string,
  events: readonly StackEvent[],
  part: StackPart = 'operation',
): Failure {
  const finding = diagnoseStack(events, part);
  const place = consolePlace(events, finding);
  const rollback = part === 'operation' ? rollbackWords(status, events, finding) : '';
  return new Failure({
    code: 'StackFailed',
    source: 'aws',
    message: `Could not ${what}, it ended in ${status}: ${describeFinding(finding)}${rollback}`,
    hint: place === undefined ? finding.todo : `${finding.todo} In the console: ${place}`,
  });
}

/** What a stack's events say by now, while it rolls back; undefined when none has failed. */
export function describeCause(events: readonly StackEvent[]): string | undefined {
  const finding = diagnoseStack(events);
  return finding.event === undefined ? undefined : describeFinding(finding);
}

/** Why CloudFormation refuses a change set, in plain words where a rule knows them. */
export function changeSetRefusal(stack: string, reason: string | undefined): Failure {
  const finding = diagnoseWords(reason ?? '');
  return new Failure({
    code: 'ChangeSetFailed',
    source: 'aws',
    message: `CloudFormation refuses the change of stack ${stack}: ${explained(finding, 'no reason given')}`,
    hint: finding.todo,
  });
}

/**
 * A finding's meaning with AWS's words behind it, or those alone.
 * @param nothing what to say when there are none
 */
export function explained({ means, said }: Finding, nothing: string): string {
  if (means === undefined) return said === '' ? nothing : said;
  return said === '' ? means : `${means}. AWS says: ${said}`;
}

/** Why what failed could not be rolled back either, which has another cause. */
function rollbackWords(status: string, events: readonly StackEvent[], finding: StackFinding): string {
  if (!status.endsWith('ROLLBACK_FAILED')) return '';
  const rollback = diagnoseStack(events, 'rollback');
  if (rollback.event === undefined || rollback.event === finding.event) return '';
  return `; it could not be rolled back: ${describeFinding(rollback)}`;
}

function describeFinding(finding: StackFinding): string {
  const { event } = finding;
  const place = event === undefined ? '' : `${event.type} ${event.logicalId}: `;
  return `${place}${explained(finding, 'CloudFormation gives no reason')}`;
}
