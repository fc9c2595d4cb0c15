import { randomUUID } from 'node:crypto';
import type {
  Capability,
  CreateChangeSetInput,
  CreateStackInput,
  Parameter,
  Tag,
  UpdateStackInput,
} from '@aws-sdk/client-cloudformation';
import { requestedTags } from '../services/requested-tags.ts';
import { checkCapabilities } from './capabilities.ts';
import type { Engine } from './engine.ts';
import { resolveParameters } from './parameters.ts';
import { partition } from './pseudo-parameters.ts';
import { buildStackModel, type StackModel } from './stack-model.ts';
import type { Stack, StackSettings } from './stack-state.ts';
import type { Template } from './template.ts';
import { maxTemplateBytes } from './template-body.ts';
import { checkTemplate } from './template-check.ts';
import { readTemplate } from './template-sections.ts';
import { notImitated, validationError } from './validation-error.ts';

/** What CreateStack, UpdateStack and CreateChangeSet have in common. */
export type Submission = {
  TemplateBody?: string | undefined;
  TemplateURL?: string | undefined;
  UsePreviousTemplate?: boolean | undefined;
  Parameters?: Parameter[] | undefined;
  Capabilities?: Capability[] | undefined;
  NotificationARNs?: string[] | undefined;
  RoleARN?: string | undefined;
  Tags?: Tag[] | undefined;
};

type AnyInput = Partial<Omit<CreateStackInput & UpdateStackInput & CreateChangeSetInput, keyof Submission>>;

/** @throws AwsError `NotImplemented` naming the first value that the sandbox cannot honour */
function refuseUnsupported(input: AnyInput): void {
  if ((input.RollbackConfiguration?.RollbackTriggers ?? []).length > 0) throw notImitated('rollback triggers');
  if (input.DeploymentConfig?.Mode === 'EXPRESS') throw notImitated('the deployment mode EXPRESS');
}

/** @throws AwsError `ValidationError` for a name AWS would not take: API_CreateStack.html, parameter StackName */
export function checkName(kind: 'stackName' | 'changeSetName', name: string | undefined): string {
  if (name !== undefined && name.length <= 128 && /^[a-zA-Z][-a-zA-Z0-9]*$/.test(name)) return name;
  throw validationError(
    `1 validation error detected: Value '${name}' at '${kind}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
  );
}

/** `arn:aws:cloudformation:REGION:ACCOUNT:KIND/NAME/UUID` */
export function newArn(engine: Engine, kind: 'stack' | 'changeSet', name: string): string {
  const { region, world } = engine;
  return `arn:${partition(region)}:cloudformation:${region}:${world.accountId}:${kind}/${name}/${randomUUID()}`;
}

/** Reads and checks a submitted template, or takes the stack's own. */
export async function submittedTemplate(
  engine: Engine,
  input: Submission,
  previous: Template | undefined,
): Promise<Template> {
  const { TemplateBody: body, TemplateURL: url, UsePreviousTemplate: usePrevious } = input;
  if (usePrevious === true) {
    if (previous === undefined) throw validationError('Cannot use the previous template: the stack has none.');
    return previous;
  }
  if ((body === undefined) === (url === undefined)) {
    throw validationError('Either Template URL or Template Body must be specified.');
  }
  if (body !== undefined && Buffer.byteLength(body) > maxTemplateBytes) {
    throw validationError(
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${maxTemplateBytes}`,
    );
  }
  const template = readTemplate(body ?? (await fetchTemplate(engine, url ?? '')));
  checkTemplate(engine, template);
  return template;
}

async function fetchTemplate(engine: Engine, url: string): Promise<string> {
  if (engine.options.templateAt === undefined) throw notImitated('TemplateURL');
  return await engine.options.templateAt(url, { world: engine.world, region: engine.region });
}

/**
 * Turns a submission into what the stack shall be.
 *
 * @param stack the stack, new or existing: its parameters and settings count where the submission says nothing
 */
export async function acceptSubmission(
  engine: Engine,
  stack: Pick<Stack, 'id' | 'name' | 'model' | 'settings'>,
  input: Submission & AnyInput,
): Promise<{ model: StackModel; settings: StackSettings }> {
  refuseUnsupported(input);
  const template = await submittedTemplate(engine, input, stack.model?.template);
  const parameters = await resolveParameters(engine, template, input.Parameters ?? [], stack.model?.parameters);
  checkCapabilities(template, input.Capabilities ?? []);
  const settings = settingsOf(engine, stack.settings, input);
  const model = buildStackModel(template, parameters, {
    accountId: engine.world.accountId,
    region: engine.region,
    stackId: stack.id,
    stackName: stack.name,
    notificationArns: settings.notificationArns,
  });
  refuseTypeChanges(stack.model, model);
  return { model, settings };
}

/** @throws AwsError `ValidationError` for a role that CloudFormation cannot take on */
export function checkRole(engine: Engine, roleArn: string | undefined): void {
  if (roleArn !== undefined && engine.options.roleExists?.(engine.world, roleArn) === false) {
    throw validationError(`Role ${roleArn} is invalid or cannot be assumed`);
  }
}

function settingsOf(engine: Engine, current: StackSettings, input: Submission): StackSettings {
  const { Tags: tags, RoleARN: roleArn } = input;
  checkRole(engine, roleArn);
  return {
    tags: tags === undefined ? current.tags : readTags(tags),
    capabilities: input.Capabilities ?? [],
    notificationArns: input.NotificationARNs ?? current.notificationArns,
    roleArn: roleArn ?? current.roleArn,
  };
}

function readTags(tags: readonly Tag[]): Record<string, string> {
  return requestedTags(tags, { invalid: 'ValidationError' });
}

function refuseTypeChanges(before: StackModel | undefined, after: StackModel): void {
  const changed = [...after.resources.values()].filter(({ logicalId, declaration }) => {
    const existing = before?.resources.get(logicalId);
    return existing !== undefined && existing.declaration.type !== declaration.type;
  });
  if (changed.length === 0) return;
  const names = changed.map(({ logicalId }) => logicalId).join(', ');
  throw validationError(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${names}]`,
  );
}
