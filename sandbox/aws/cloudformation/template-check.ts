import { isKnownType, specOf } from '../service-spec/service-spec.ts';
import type { Engine } from './engine.ts';
import { pseudoParameterNames } from './pseudo-parameters.ts';
import { isRecord, type ResourceDeclaration, type Template } from './template.ts';
import { type Reference, references } from './template-references.ts';
import { notImitated, validationError } from './validation-error.ts';

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html,
 * as far as the sandbox covers the types.
 */
const snapshotTypes = new Set(['AWS::EC2::Volume']);

/**
 * Checks what a template names: types, resources, parameters, conditions, mappings, attributes.
 *
 * @throws AwsError `ValidationError` with CloudFormation's text; `NotImplemented` for types the sandbox lacks
 */
export function checkTemplate(engine: Engine, template: Template): void {
  checkTypes(engine, template);
  for (const [logicalId, declaration] of Object.entries(template.resources)) {
    checkConditionName(template, declaration.condition, 'Resources');
    if (declaration.deletionPolicy === 'Snapshot' && !snapshotTypes.has(declaration.type)) {
      throw validationError(
        `Template error: resource type ${declaration.type} does not support deletion policy Snapshot (resource ${logicalId})`,
      );
    }
  }
  checkReferences(template, resourceReferences(template), 'Resources');
  for (const output of Object.values(template.outputs)) checkConditionName(template, output.condition, 'Outputs');
  const outputs = Object.values(template.outputs).flatMap(({ value, exportName }) => references([value, exportName]));
  checkReferences(template, outputs, 'Outputs');
  const conditions = Object.values(template.conditions).flatMap(references);
  checkReferences(template, conditions, 'Conditions');
}

function checkTypes(engine: Engine, template: Template): void {
  const types = [...new Set(Object.values(template.resources).map(({ type }) => type))];
  const unrecognized = types.filter((type) => !isKnownType(type));
  if (unrecognized.length > 0) {
    throw validationError(`Template format error: Unrecognized resource types: [${unrecognized.join(', ')}]`);
  }
  const missing = types.filter((type) => specOf(type) === undefined || !engine.resourceTypes.has(type));
  if (missing.length > 0) throw notImitated(`the resource types [${missing.join(', ')}], though AWS does`);
}

function checkConditionName(template: Template, name: string | undefined, block: string): void {
  if (name === undefined || Object.hasOwn(template.conditions, name)) return;
  throw validationError(
    `Template format error: Unresolved condition dependency ${name} in the ${block} block of the template`,
  );
}

function resourceReferences(template: Template): Reference[] {
  return Object.values(template.resources).flatMap((declaration: ResourceDeclaration) => [
    ...declaration.dependsOn.map((name): Reference => ({ kind: 'getAtt', name, attribute: undefined })),
    ...references(declaration.properties),
  ]);
}

type Block = 'Resources' | 'Outputs' | 'Conditions';

function checkReferences(template: Template, found: readonly Reference[], block: Block): void {
  const unresolved = new Set<string>();
  for (const reference of found) {
    switch (reference.kind) {
      case 'ref':
        if (!isNamed(template, reference.name, block)) unresolved.add(reference.name);
        break;
      case 'getAtt':
        checkAttribute(template, reference.name, reference.attribute, unresolved);
        break;
      case 'condition':
        checkConditionName(template, reference.name, block);
        break;
      case 'mapping':
        if (!isRecord(template.mappings[reference.name])) {
          throw validationError(
            `Template error: Mapping named '${reference.name}' is not present in the 'Mappings' section of template.`,
          );
        }
    }
  }
  if (unresolved.size === 0) return;
  const names = [...unresolved].join(', ');
  throw validationError(
    block === 'Conditions'
      ? `Template format error: Unresolved dependencies [${names}]. Cannot reference resources in the Conditions block of the template`
      : `Template format error: Unresolved resource dependencies [${names}] in the ${block} block of the template`,
  );
}

function isNamed(template: Template, name: string, block: Block): boolean {
  if (Object.hasOwn(template.parameters, name) || pseudoParameterNames.has(name)) return true;
  return block !== 'Conditions' && Object.hasOwn(template.resources, name);
}

function checkAttribute(
  template: Template,
  logicalId: string,
  attribute: string | undefined,
  unresolved: Set<string>,
): void {
  const resource = Object.hasOwn(template.resources, logicalId) ? template.resources[logicalId] : undefined;
  if (resource === undefined) {
    if (attribute === undefined) {
      unresolved.add(logicalId);
      return;
    }
    throw validationError(`Template error: instance of Fn::GetAtt references undefined resource ${logicalId}`);
  }
  if (attribute === undefined || specOf(resource.type)?.attributes.includes(attribute)) return;
  throw validationError(
    `Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`,
  );
}
