import { AwsError } from '../../service.ts';
import type { DeclaredAction, DeclaredPipeline, DeclaredStage } from './pipeline-declaration.ts';

/** What the sandbox knows of an action type: its configuration keys and how many artifacts it takes and makes. */
type ActionType = {
  required: readonly string[];
  optional: readonly string[];
  inputs: { minimum: number; maximum: number };
  outputs: { minimum: number; maximum: number };
};

/** docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html */
const CODEBUILD: ActionType = {
  required: ['ProjectName'],
  optional: ['PrimarySource', 'EnvironmentVariables', 'BuildspecOverride'],
  inputs: { minimum: 1, maximum: 5 },
  outputs: { minimum: 0, maximum: 5 },
};

const ACTION_TYPES: Readonly<Record<string, ActionType>> = {
  // docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
  'Source AWS CodeCommit 1': {
    required: ['RepositoryName', 'BranchName'],
    optional: ['PollForSourceChanges', 'OutputArtifactFormat'],
    inputs: { minimum: 0, maximum: 0 },
    outputs: { minimum: 1, maximum: 1 },
  },
  'Build AWS CodeBuild 1': CODEBUILD,
  'Test AWS CodeBuild 1': CODEBUILD,
};

/**
 * The structure rules of docs.aws.amazon.com/codepipeline/latest/userguide/pipeline-requirements.html.
 * @throws AwsError InvalidStructureException, InvalidStageDeclarationException, InvalidActionDeclarationException
 */
export function checkPipeline(declaration: DeclaredPipeline): void {
  if (!/^[A-Za-z0-9.@\-_]{1,100}$/.test(declaration.name)) {
    throw new AwsError('ValidationException', `Pipeline name '${declaration.name}' is not valid.`);
  }
  const { stages } = declaration;
  if (stages.length < 2) {
    throw new AwsError(
      'InvalidStructureException',
      `Pipeline has only ${stages.length} stage(s). There should be a minimum of 2 stages in a pipeline`,
    );
  }
  checkUnique('InvalidStructureException', 'stage names', names(stages));
  if (declaration.pipelineType !== 'V2' && (declaration.variables || declaration.executionMode !== 'SUPERSEDED')) {
    throw new AwsError('InvalidStructureException', 'Variables and the execution mode need a pipeline of type V2');
  }
  const available = new Set<string>();
  for (const [index, stage] of stages.entries()) checkStage(stage, index === 0, available);
}

function checkStage(stage: DeclaredStage, first: boolean, available: Set<string>): void {
  if (stage.actions.length === 0) {
    throw new AwsError('InvalidStageDeclarationException', `Stage '${stage.name}' declares no actions`);
  }
  checkUnique('InvalidStageDeclarationException', `action names of stage '${stage.name}'`, names(stage.actions));
  if (stage.actions.some((action) => (action.actionTypeId.category === 'Source') !== first)) {
    throw new AwsError(
      'InvalidStructureException',
      'Pipeline should start with a stage that only contains source actions',
    );
  }
  const byOrder = [...stage.actions].sort((one, other) => one.runOrder - other.runOrder);
  for (const action of byOrder) checkAction(action, available);
}

function checkAction(action: DeclaredAction, available: Set<string>): void {
  const id = action.actionTypeId;
  const type = ACTION_TYPES[`${id.category} ${id.owner} ${id.provider} ${id.version}`];
  if (!type) {
    throw refusal(
      `The sandbox has no action type ${id.category}/${id.owner}/${id.provider}/${id.version} (action ${action.name})`,
    );
  }
  checkConfiguration(action, type);
  checkCount(action.name, 'input', action.inputArtifacts.length, type.inputs);
  checkCount(action.name, 'output', action.outputArtifacts.length, type.outputs);
  for (const { name } of action.inputArtifacts) {
    if (!available.has(name)) {
      throw refusal(
        `Input Artifact Bundle ${name} in action ${action.name} is not declared as Output Artifact Bundle in ` +
          'any of the preceding actions',
      );
    }
  }
  for (const { name } of action.outputArtifacts) {
    if (available.has(name)) {
      throw refusal(
        `Output Artifact Bundle name must be unique within the pipeline. ${name} has been used more than once`,
      );
    }
    available.add(name);
  }
}

function checkConfiguration(action: DeclaredAction, type: ActionType): void {
  const { configuration } = action;
  const missing = type.required.find((key) => !configuration[key]);
  if (missing)
    throw refusal(`Action configuration for action '${action.name}' is missing required configuration '${missing}'`);
  const unknown = Object.keys(configuration).find((key) => ![...type.required, ...type.optional].includes(key));
  if (unknown)
    throw refusal(`Action configuration for action '${action.name}' contains unknown configuration '${unknown}'`);
}

function checkCount(
  action: string,
  direction: 'input' | 'output',
  count: number,
  limit: { minimum: number; maximum: number },
): void {
  const declares = `Action ${action} declares ${count} ${direction} artifacts which is`;
  if (count < limit.minimum) throw refusal(`${declares} less than the minimum count (${limit.minimum})`);
  if (count > limit.maximum) throw refusal(`${declares} more than the maximum count (${limit.maximum})`);
}

const refusal = (message: string): AwsError => new AwsError('InvalidActionDeclarationException', message);

const names = (entries: readonly { name: string }[]): string[] => entries.map(({ name }) => name);

function checkUnique(code: string, what: string, all: string[]): void {
  const repeated = all.find((name, index) => all.indexOf(name) !== index);
  if (repeated !== undefined) throw new AwsError(code, `The ${what} must be unique: '${repeated}' is used twice`);
}
