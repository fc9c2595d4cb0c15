import { specOf } from '../service-spec/service-spec.ts';
import type { Preview } from './change-preview.ts';
import type { Engine } from './engine.ts';
import { typesWithoutEarlyValidation } from './legacy-resource-types.ts';
import { checkProperties, describeViolation } from './property-check.ts';
import type { ValidationFinding } from './stack-events.ts';
import type { StackModel } from './stack-model.ts';

/**
 * Pre-deployment validation in its FAIL modes, property syntax and name conflicts:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html.
 * The WARN modes (bucket emptiness, quotas and so on) are not imitated.
 */
export function validateEarly(engine: Engine, model: StackModel, preview: Preview): ValidationFinding[] {
  const syntax = [...model.resources.values()].flatMap(({ logicalId, declaration: { type } }): ValidationFinding[] => {
    const spec = specOf(type);
    if (spec === undefined || typesWithoutEarlyValidation.has(type)) return [];
    return checkProperties(spec, preview.properties.get(logicalId) ?? {}).map((violation) => ({
      logicalId,
      type,
      name: 'PROPERTY_VALIDATION',
      violation,
      text: describeViolation(violation),
    }));
  });
  return [...syntax, ...nameConflicts(engine, preview)];
}

function nameConflicts(engine: Engine, preview: Preview): ValidationFinding[] {
  return preview.changes.flatMap((change): ValidationFinding[] => {
    if (change.action !== 'Add') return [];
    const { logicalId, declaration } = change.resource;
    const properties = preview.properties.get(logicalId) ?? {};
    const { world, region, resourceTypes } = engine;
    const taken = resourceTypes.get(declaration.type)?.existing?.({ world, region, properties });
    if (taken === undefined) return [];
    const text = `Resource of type '${declaration.type}' with identifier '${taken.physicalId}' already exists.`;
    const violation = { path: '', message: text };
    return [{ logicalId, type: declaration.type, name: 'NAME_CONFLICT_VALIDATION', violation, text }];
  });
}

/** The reason of a change set or stack that pre-deployment validation stopped. */
export function earlyValidationReason(findings: readonly ValidationFinding[]): string {
  const checks = new Set(
    findings.map(({ name }) => (name === 'PROPERTY_VALIDATION' ? 'PropertyValidation' : 'ResourceExistenceCheck')),
  );
  const names = [...checks].map((check) => `AWS::EarlyValidation::${check}`).join(', ');
  return `The following hook(s)/validation failed: [${names}]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.`;
}
