import type { ActionCategory, ExecutionMode, PipelineType } from '@aws-sdk/client-codepipeline';
import { AwsError } from '../../service.ts';
import { refuseProperties } from '../unsupported-properties.ts';

/** An action as GetPipeline shows it. */
export type DeclaredAction = {
  name: string;
  actionTypeId: { category: ActionCategory; owner: 'AWS'; provider: string; version: string };
  runOrder: number;
  configuration: Record<string, string>;
  inputArtifacts: { name: string }[];
  outputArtifacts: { name: string }[];
  region?: string;
  namespace?: string;
};

export type DeclaredStage = { name: string; actions: DeclaredAction[] };

/** A pipeline as GetPipeline shows it. */
export type DeclaredPipeline = {
  name: string;
  /** 1 for a new pipeline, one more with every update. */
  version: number;
  roleArn: string;
  artifactStore: { type: 'S3'; location: string };
  stages: DeclaredStage[];
  executionMode: ExecutionMode;
  pipelineType: PipelineType;
  variables?: { name: string; defaultValue?: string }[];
};

type Mapping = Record<string, unknown>;

/**
 * The properties of AWS::CodePipeline::Pipeline as the API's pipeline structure.
 * @throws AwsError for a property that the sandbox does not imitate
 */
export function pipelineDeclaration(properties: Mapping, name: string, version: number): DeclaredPipeline {
  refuseProperties('AWS::CodePipeline::Pipeline', properties, ['ArtifactStores', 'Triggers']);
  const store = (properties['ArtifactStore'] ?? {}) as Mapping;
  const type = oneOf(properties['PipelineType'] ?? 'V1', ['V1', 'V2'] as const, 'PipelineType');
  const variables = list(properties['Variables']).map((each) => ({
    name: String(each['Name']),
    ...(each['DefaultValue'] === undefined ? {} : { defaultValue: String(each['DefaultValue']) }),
  }));
  return {
    name,
    version,
    roleArn: String(properties['RoleArn']),
    artifactStore: { type: 'S3', location: String(store['Location']) },
    stages: list(properties['Stages']).map(stageDeclaration),
    executionMode: oneOf(properties['ExecutionMode'] ?? 'SUPERSEDED', MODES, 'ExecutionMode'),
    pipelineType: type,
    ...(variables.length > 0 ? { variables } : {}),
  };
}

const MODES = ['SUPERSEDED', 'QUEUED', 'PARALLEL'] as const;

/** Categories of the action types that `checkPipeline` knows. */
const CATEGORIES = ['Source', 'Build', 'Test'] as const;

function stageDeclaration(stage: Mapping): DeclaredStage {
  refuseProperties('a pipeline stage', stage, ['Blockers', 'OnFailure', 'OnSuccess', 'BeforeEntry']);
  return { name: String(stage['Name']), actions: list(stage['Actions']).map(actionDeclaration) };
}

function actionDeclaration(action: Mapping): DeclaredAction {
  refuseProperties('an action', action, [
    'Commands',
    'OutputVariables',
    'EnvironmentVariables',
    'TimeoutInMinutes',
    'RoleArn',
  ]);
  const type = (action['ActionTypeId'] ?? {}) as Mapping;
  const configuration = Object.entries((action['Configuration'] ?? {}) as Mapping);
  const names = (property: string): { name: string }[] =>
    list(action[property]).map((artifact) => ({ name: String(artifact['Name']) }));
  return {
    name: String(action['Name']),
    actionTypeId: {
      category: oneOf(type['Category'], CATEGORIES, 'Category'),
      owner: oneOf(type['Owner'], ['AWS'], 'Owner'),
      provider: String(type['Provider']),
      version: String(type['Version']),
    },
    runOrder: Number(action['RunOrder'] ?? 1),
    configuration: Object.fromEntries(configuration.map(([key, value]) => [key, String(value)])),
    inputArtifacts: names('InputArtifacts'),
    outputArtifacts: names('OutputArtifacts'),
    ...(action['Region'] === undefined ? {} : { region: String(action['Region']) }),
    ...(action['Namespace'] === undefined ? {} : { namespace: String(action['Namespace']) }),
  };
}

const list = (value: unknown): Mapping[] => (Array.isArray(value) ? (value as Mapping[]) : []);

function oneOf<T extends string>(value: unknown, known: readonly T[], where: string): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new AwsError('ValidationException', `${where} must be one of ${known.join(', ')}, not ${String(value)}.`);
}
