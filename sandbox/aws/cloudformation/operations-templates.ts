import type {
  GetTemplateInput,
  GetTemplateOutput,
  GetTemplateSummaryInput,
  GetTemplateSummaryOutput,
  ParameterDeclaration as ParameterDescription,
  ResourceIdentifierSummary,
  TemplateParameter,
  ValidateTemplateInput,
  ValidateTemplateOutput,
} from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../service.ts';
import { specOf } from '../service-spec/service-spec.ts';
import { requiredCapability } from './capabilities.ts';
import { findChangeSet } from './change-set-lookup.ts';
import type { Engine } from './engine.ts';
import { cloudFormationState, requireStack } from './stack-state.ts';
import { submittedTemplate } from './submission.ts';
import type { ParameterDeclaration, Template } from './template.ts';
import { notImitated, validationError } from './validation-error.ts';

type EngineOf = (context: CallContext) => Engine;

/** GetTemplate, GetTemplateSummary and ValidateTemplate. */
export function templateOperations(engineOf: EngineOf) {
  return {
    GetTemplate: (input: GetTemplateInput, context: CallContext) => getTemplate(engineOf(context), input),
    GetTemplateSummary: (input: GetTemplateSummaryInput, context: CallContext) =>
      getTemplateSummary(engineOf(context), input),
    ValidateTemplate: (input: ValidateTemplateInput, context: CallContext) =>
      validateTemplate(engineOf(context), input),
  };
}

function stackTemplate(engine: Engine, nameOrId: string | undefined): Template {
  const stack = requireStack(engine.world.state(cloudFormationState, engine.region), nameOrId);
  if (stack.model === undefined) throw validationError(`Stack with id ${nameOrId} has no template yet`);
  return stack.model.template;
}

/**
 * A deleted stack's template can be read by id, and both stages are the same for a template without transforms
 * (API_GetTemplate.html); others are refused.
 */
function getTemplate(engine: Engine, input: GetTemplateInput): GetTemplateOutput {
  const { TemplateStage = 'Original' } = input;
  if (TemplateStage !== 'Original' && TemplateStage !== 'Processed') {
    throw validationError(
      `1 validation error detected: Value '${TemplateStage}' at 'templateStage' failed to satisfy constraint: Member must satisfy enum value set: [Original, Processed]`,
    );
  }
  const template =
    input.ChangeSetName === undefined
      ? stackTemplate(engine, input.StackName)
      : findChangeSet(engine, input.ChangeSetName, input.StackName).changeSet.model.template;
  return { TemplateBody: template.body, StagesAvailable: ['Original', 'Processed'] };
}

async function validateTemplate(engine: Engine, input: ValidateTemplateInput): Promise<ValidateTemplateOutput> {
  const template = await submittedTemplate(engine, input, undefined);
  return {
    Parameters: Object.entries(template.parameters).map(([key, declaration]) => templateParameter(key, declaration)),
    ...(template.description === undefined ? {} : { Description: template.description }),
    ...capabilities(template),
  };
}

function capabilities(template: Template): Pick<ValidateTemplateOutput, 'Capabilities' | 'CapabilitiesReason'> {
  const required = requiredCapability(template);
  return required === undefined ? {} : { Capabilities: [required.capability], CapabilitiesReason: required.reason };
}

function templateParameter(key: string, declaration: ParameterDeclaration): TemplateParameter {
  return {
    ParameterKey: key,
    NoEcho: declaration.noEcho,
    ...(declaration.default === undefined ? {} : { DefaultValue: declaration.default }),
    ...(declaration.description === undefined ? {} : { Description: declaration.description }),
  };
}

async function getTemplateSummary(engine: Engine, input: GetTemplateSummaryInput): Promise<GetTemplateSummaryOutput> {
  if (input.StackSetName !== undefined) throw notImitated('stack sets');
  const template =
    input.StackName === undefined
      ? await submittedTemplate(engine, input, undefined)
      : stackTemplate(engine, input.StackName);
  return {
    Parameters: Object.entries(template.parameters).map(([key, declaration]) => describeParameter(key, declaration)),
    ResourceTypes: [...new Set(Object.values(template.resources).map(({ type }) => type))],
    ResourceIdentifierSummaries: identifierSummaries(template),
    ...(template.version === undefined ? {} : { Version: template.version }),
    ...(template.description === undefined ? {} : { Description: template.description }),
    ...(template.metadata === undefined ? {} : { Metadata: JSON.stringify(template.metadata) }),
    ...capabilities(template),
  };
}

function describeParameter(key: string, declaration: ParameterDeclaration): ParameterDescription {
  const { allowedValues } = declaration;
  return {
    ...templateParameter(key, declaration),
    ParameterType: declaration.type,
    ParameterConstraints: allowedValues === undefined ? {} : { AllowedValues: [...allowedValues] },
  };
}

function identifierSummaries(template: Template): ResourceIdentifierSummary[] {
  const types = [...new Set(Object.values(template.resources).map(({ type }) => type))];
  return types.map((type) => ({
    ResourceType: type,
    LogicalResourceIds: Object.keys(template.resources).filter((id) => template.resources[id]?.type === type),
    ResourceIdentifiers: [...(specOf(type)?.primaryIdentifier ?? [])],
  }));
}
