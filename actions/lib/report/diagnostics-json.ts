import type { Diagnostic } from '../deployment/diagnostic.ts';
import { inertJson } from './inert-line.ts';

/**
 * Findings for programs: `{valid, declarations, errors, warnings, diagnostics}`. Warnings alone leave `valid` true.
 * @param declarations how many files were looked at
 */
export function renderDiagnosticsJson(declarations: number, diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  return inertJson({ valid: errors === 0, declarations, errors, warnings, diagnostics });
}
