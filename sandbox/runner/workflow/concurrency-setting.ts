import { MappingToken, type TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import type { ConcurrencySetting } from '../concurrency.ts';
import { ExpressionFailure, type Scope } from '../expressions/expression.ts';
import { entriesOf, evaluateBoolean, evaluateText } from '../expressions/token.ts';

/**
 * A computed `concurrency:`: a group, or a mapping with `group`, `cancel-in-progress` and `queue`. A group that comes out
 * empty is none.
 * @throws ExpressionFailure, also for `queue: max` together with `cancel-in-progress`, which GitHub refuses
 */
export function evaluateConcurrency(token: TemplateToken | undefined, scope: Scope): ConcurrencySetting | undefined {
  if (!token) return undefined;
  if (!(token instanceof MappingToken)) return named(evaluateText(token, scope), false, 'single');
  const settings = entriesOf(token);
  const group = settings.get('group');
  const queue = settings.get('queue');
  const mode = queue && evaluateText(queue, scope) === 'max' ? 'max' : 'single';
  const cancelInProgress = evaluateBoolean(settings.get('cancel-in-progress'), scope);
  if (mode === 'max' && cancelInProgress) {
    throw new ExpressionFailure('`queue: max` cannot be combined with `cancel-in-progress: true`.');
  }
  return group && named(evaluateText(group, scope), cancelInProgress, mode);
}

function named(group: string, cancelInProgress: boolean, queue: 'single' | 'max'): ConcurrencySetting | undefined {
  return group === '' ? undefined : { group, cancelInProgress, queue };
}
