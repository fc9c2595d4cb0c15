import { specOf } from '../service-spec/service-spec.ts';
import type { Engine } from './engine.ts';
import { knownAfterApply, resolve } from './intrinsic.ts';
import { coerceProperties } from './property-coercion.ts';
import type { ResourceState } from './resource-type.ts';
import { type ModelResource, modelScope, type ResourceValues, type StackModel } from './stack-model.ts';
import { cloudFormationState, type StackResource, type StackSettings } from './stack-state.ts';
import { isRecord } from './template.ts';
import { notImitated, validationError } from './validation-error.ts';

/** The values of resources that exist; a resource without state is not known yet. */
export function existingValues(
  engine: Engine,
  stateOf: (logicalId: string) => ResourceState | undefined,
  imports?: Set<string>,
): ResourceValues {
  return {
    resourceRef: (logicalId) => {
      const state = stateOf(logicalId);
      return state === undefined ? knownAfterApply : (state.ref ?? state.physicalId);
    },
    getAtt: (logicalId, attribute) => {
      const state = stateOf(logicalId);
      if (state === undefined) return knownAfterApply;
      if (Object.hasOwn(state.attributes, attribute)) return state.attributes[attribute];
      // The template check has found it in the specification, so the handler is what lacks it.
      throw notImitated(`the attribute ${attribute} of the resource ${logicalId} (${state.physicalId})`);
    },
    importValue: (name) => {
      imports?.add(name);
      return exportedValue(engine, name);
    },
    availabilityZones: (region) =>
      engine.options.availabilityZones?.(region) ?? ['a', 'b', 'c'].map((letter) => `${region}${letter}`),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html */
function exportedValue(engine: Engine, name: string): string {
  const { stacks } = engine.world.state(cloudFormationState, engine.region);
  const outputs = stacks.filter((stack) => stack.status !== 'DELETE_COMPLETE').flatMap((stack) => stack.outputs);
  const value = outputs.find((output) => output.ExportName === name)?.OutputValue;
  if (value === undefined) throw validationError(`No export named ${name} found.`);
  return value;
}

/** The same model with the values of NoEcho parameters masked. */
export function masked(model: StackModel): StackModel {
  const parameters = [...model.parameters].map(([key, parameter]): [string, typeof parameter] => {
    if (!parameter.noEcho) return [key, parameter];
    return [key, { key, value: '****', list: parameter.list, noEcho: true }];
  });
  return { ...model, parameters: new Map(parameters) };
}

/** A resource's properties with all functions resolved and values given the schema's types. */
export function resolveProperties(
  model: StackModel,
  resource: ModelResource,
  values: ResourceValues,
): Record<string, unknown> {
  const resolved = resolve(resource.properties, modelScope(model, values));
  const spec = specOf(resource.declaration.type);
  return isRecord(resolved) && spec !== undefined ? coerceProperties(spec, resolved) : {};
}

/**
 * A resource ready to be made from the values of those it depends on.
 *
 * @throws AwsError `ValidationError` when a function cannot be resolved
 */
export function buildResource(
  place: { engine: Engine; stack: { id: string; name: string } },
  model: StackModel,
  settings: StackSettings,
  resource: ModelResource,
  values: ResourceValues,
): StackResource {
  const { engine, stack } = place;
  const { logicalId, declaration } = resource;
  return {
    logicalId,
    type: declaration.type,
    declaration,
    properties: resolveProperties(model, resource, values),
    shownProperties: resolveProperties(masked(model), resource, values),
    stackTags: stackTags(stack, logicalId, settings),
    dependsOn: model.dependencies.get(logicalId) ?? new Set(),
    status: 'CREATE_IN_PROGRESS',
    statusReason: undefined,
    timestamp: engine.world.clock.now(),
    state: undefined,
    imported: false,
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html */
export function stackTags(
  stack: { id: string; name: string },
  logicalId: string,
  settings: StackSettings,
): Record<string, string> {
  return {
    ...settings.tags,
    'aws:cloudformation:stack-name': stack.name,
    'aws:cloudformation:stack-id': stack.id,
    'aws:cloudformation:logical-id': logicalId,
  };
}
