import { ExpressionFailure, type Scope } from '../expressions/expression.ts';
import { entriesOf, evaluateText, evaluateToken } from '../expressions/token.ts';
import { asText, isList, isRecord } from '../expressions/value.ts';
import type { JobDefinition } from '../workflow/workflow-file.ts';

/** Labels of GitHub's Ubuntu runners (GitHub-hosted runners reference). */
const UBUNTU = /^ubuntu-(latest|slim|\d+\.\d+)(-arm)?$/;

/**
 * Makes sure that `runs-on` asks for an Ubuntu runner.
 * @throws ExpressionFailure for every other runner: the sandbox has none
 */
export function requireUbuntu(definition: JobDefinition, scope: Scope): void {
  const token = definition.settings.get('runs-on');
  const value = token ? evaluateToken(token, scope) : '';
  const labels = isRecord(value) ? (value['labels'] ?? '') : value;
  const names = isList(labels) ? labels.map(asText) : [asText(labels)];
  const group = isRecord(value) ? asText(value['group'] ?? '') : '';
  if (group === '' && names.length > 0 && names.every((name) => UBUNTU.test(name))) return;
  const asked = [group, ...names].filter(Boolean).join(', ');
  throw new ExpressionFailure(`The sandbox has no runner for '${asked}'; only ubuntu runners.`);
}

/**
 * The name of the environment the job deploys to; empty without one.
 * @throws ExpressionFailure
 */
export function environmentName(definition: JobDefinition, scope: Scope): string {
  const token = definition.settings.get('environment');
  if (!token) return '';
  const name = entriesOf(token).get('name');
  if (name) return evaluateText(name, scope);
  const value = evaluateToken(token, scope);
  return isRecord(value) ? asText(value['name'] ?? '') : asText(value);
}
