import { decide, evaluateConditions, mappingLookup } from './conditions.ts';
import { cyclicNodes, type DependencyGraph } from './dependency-graph.ts';
import type { Scope } from './intrinsic.ts';
import { parameterValue, type ResolvedParameters } from './parameters.ts';
import { pseudoParameter, type StackPlace } from './pseudo-parameters.ts';
import { isRecord, type OutputDeclaration, type ResourceDeclaration, type Template } from './template.ts';
import { references } from './template-references.ts';
import { validationError } from './validation-error.ts';

/** A resource whose condition holds, with every `Fn::If` decided; other functions are still in place. */
export type ModelResource = {
  readonly logicalId: string;
  readonly declaration: ResourceDeclaration;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** A template together with parameter values: what a stack shall consist of. */
export type StackModel = {
  readonly template: Template;
  readonly parameters: ResolvedParameters;
  readonly place: StackPlace;
  readonly conditions: Readonly<Record<string, boolean>>;
  readonly resources: ReadonlyMap<string, ModelResource>;
  readonly outputs: ReadonlyMap<string, OutputDeclaration>;
  readonly dependencies: DependencyGraph;
};

/**
 * Applies parameters and conditions to a checked template.
 *
 * @throws AwsError `ValidationError` for references to resources that their condition leaves out, and for cycles
 */
export function buildStackModel(template: Template, parameters: ResolvedParameters, place: StackPlace): StackModel {
  const conditions = evaluateConditions(template, place.region, (name) => plainRef(name, parameters, place));
  const holds = (condition: string | undefined): boolean => condition === undefined || conditions[condition] === true;
  const resources = new Map<string, ModelResource>();
  for (const [logicalId, declaration] of Object.entries(template.resources)) {
    if (!holds(declaration.condition)) continue;
    const properties = decide(declaration.properties, conditions);
    resources.set(logicalId, { logicalId, declaration, properties: isRecord(properties) ? properties : {} });
  }
  const outputs = new Map<string, OutputDeclaration>();
  for (const [name, declaration] of Object.entries(template.outputs)) {
    if (!holds(declaration.condition)) continue;
    outputs.set(name, { ...declaration, value: decide(declaration.value, conditions) });
  }
  const model = { template, parameters, place, conditions, resources, outputs };
  return { ...model, dependencies: dependenciesOf(model) };
}

function dependenciesOf(model: Omit<StackModel, 'dependencies'>): DependencyGraph {
  const named = (value: unknown): string[] =>
    references(value).flatMap((reference) =>
      reference.kind === 'getAtt' ||
      (reference.kind === 'ref' && Object.hasOwn(model.template.resources, reference.name))
        ? [reference.name]
        : [],
    );
  const refuseLeftOut = (names: string[], block: string): void => {
    const leftOut = [...new Set(names)].filter((name) => !model.resources.has(name));
    if (leftOut.length === 0) return;
    throw validationError(
      `Template format error: Unresolved resource dependencies [${leftOut.join(', ')}] in the ${block} block of the template`,
    );
  };
  const graph = new Map<string, Set<string>>();
  for (const [logicalId, { declaration, properties }] of model.resources) {
    // What the metadata names is needed like what the properties name, and may stand in Fn::If, unlike in DependsOn
    // (cloudonaut.io/optional-dependson-with-cloudformation-metadata-to-the-rescue).
    const needed = [...named(properties), ...named(decide(declaration.metadata, model.conditions))];
    refuseLeftOut(needed, 'Resources');
    // DependsOn a resource that its condition leaves out has no effect: aws-attribute-dependson.html.
    const explicit = declaration.dependsOn.filter((name) => model.resources.has(name));
    graph.set(logicalId, new Set([...needed, ...explicit]));
  }
  for (const output of model.outputs.values()) refuseLeftOut(named(output.value), 'Outputs');
  const cycle = cyclicNodes(graph);
  if (cycle.length > 0) throw validationError(`Circular dependency between resources: [${cycle.join(', ')}]`);
  return graph;
}

function plainRef(name: string, parameters: ResolvedParameters, place: StackPlace): unknown {
  const parameter = parameters.get(name);
  if (parameter !== undefined) return parameterValue(parameter);
  const pseudo = pseudoParameter(name, place);
  if (pseudo !== undefined) return pseudo;
  throw validationError(
    `Template format error: Unresolved dependencies [${name}]. Cannot reference resources in the Conditions block of the template`,
  );
}

/** How a model's functions see the resources: their values, or that they are unknown. */
export type ResourceValues = Pick<Scope, 'getAtt' | 'importValue' | 'availabilityZones'> & {
  resourceRef(logicalId: string): unknown;
};

/** The scope in which a model's properties and outputs are resolved. */
export function modelScope(model: StackModel, values: ResourceValues): Scope {
  return {
    region: model.place.region,
    ref: (name) =>
      model.resources.has(name) ? values.resourceRef(name) : plainRef(name, model.parameters, model.place),
    getAtt: (logicalId, attribute) => values.getAtt(logicalId, attribute),
    condition: (name) => model.conditions[name] === true,
    mapping: mappingLookup(model.template),
    importValue: (name) => values.importValue(name),
    availabilityZones: (region) => values.availabilityZones(region),
  };
}
