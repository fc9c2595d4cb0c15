import type { Project } from '@aws-sdk/client-codebuild';
import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { checkBuildLimit } from './build-quota.ts';
import { codebuildState, findProject, projectArn, type StoredProject } from './codebuild-state.ts';
import { isAssumableBy } from './service-role.ts';

/** Properties that change what a build does and that the sandbox does not imitate. */
const UNSUPPORTED = ['SecondarySources', 'SecondaryArtifacts', 'FileSystemLocations', 'BuildBatchConfig', 'Triggers'];

function createProject(request: CreateRequest): ResourceState {
  const { Name } = request.properties;
  const name = typeof Name === 'string' ? Name : request.generateName({ maxLength: 255 });
  const { projects } = request.world.state(codebuildState, request.region);
  if (projects.has(name)) {
    const arn = projectArn(request.world, request.region, name);
    throw new AwsError('ResourceAlreadyExistsException', `Project already exists: ${arn}`);
  }
  return store(request, name, request.world.clock.now());
}

function updateProject(request: UpdateRequest): ResourceState {
  const project = findProject(request.world, request.region, request.physicalId);
  return store(request, project.name, project.created ?? request.world.clock.now());
}

/** Builds stay when their project is deleted (API_DeleteProject.html). */
function deleteProject(request: ExistingRequest): void {
  request.world.state(codebuildState, request.region).projects.delete(request.physicalId);
}

function store(request: CreateRequest | UpdateRequest, name: string, created: Date): ResourceState {
  const { world, region, properties } = request;
  refuseProperties('AWS::CodeBuild::Project', properties, UNSUPPORTED);
  const described = apiShape(properties) as Partial<Project>;
  const { source, artifacts, environment, serviceRole = '' } = described;
  if (!source || !artifacts || !environment) {
    throw new AwsError('InvalidInputException', 'A project needs Source, Artifacts and Environment.');
  }
  checkProject(name, source, artifacts);
  checkBuildLimit(world, region, described);
  if (!isAssumableBy(world, serviceRole, 'codebuild.amazonaws.com', projectArn(world, region, name))) {
    throw new AwsError(
      'InvalidInputException',
      'CodeBuild is not authorized to perform: sts:AssumeRole on service role. Please verify that: 1) The provided ' +
        'service role exists, 2) The role name is case-sensitive and matches exactly, and 3) The role has the necessary ' +
        'trust policy configured.',
    );
  }
  const project: StoredProject = {
    ...described,
    name,
    arn: projectArn(world, region, name),
    source,
    artifacts,
    environment,
    serviceRole,
    timeoutInMinutes: described.timeoutInMinutes ?? 60,
    queuedTimeoutInMinutes: described.queuedTimeoutInMinutes ?? 480,
    tags: Object.entries(mergeResourceTags(properties['Tags'], request.stackTags)).map(([key, value]) => ({
      key,
      value,
    })),
    created,
    lastModified: world.clock.now(),
  };
  world.state(codebuildState, region).projects.set(name, project);
  return { physicalId: name, attributes: { Arn: project.arn, Id: name } };
}

function checkProject(name: string, source: StoredProject['source'], artifacts: { type?: string | undefined }): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9\-_]{1,254}$/.test(name)) {
    throw new AwsError('InvalidInputException', `Invalid project name: ${name}`);
  }
  if ((source.type === 'CODEPIPELINE') !== (artifacts.type === 'CODEPIPELINE')) {
    throw new AwsError(
      'InvalidInputException',
      'Invalid input: when using CodePipeline both sourceType, and artifactType must be set to: CODEPIPELINE',
    );
  }
  if (source.type === 'NO_SOURCE' && !source.buildspec?.includes('\n')) {
    throw new AwsError('InvalidInputException', 'Project source type NO_SOURCE needs an inline buildspec.');
  }
}

/**
 * Template properties in the form of the API: names begin with a small letter, `BuildSpec` is `buildspec`, and the
 * texts `true` and `false` are booleans.
 */
function apiShape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiShape);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => {
      const apiName = name === 'BuildSpec' ? 'buildspec' : `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      return [apiName, SCALARS[apiName]?.(entry) ?? apiShape(entry)];
    }),
  );
}

const toBoolean = (value: unknown): boolean => String(value) === 'true';

/** Properties that templates may give as text although they are booleans or numbers. */
const SCALARS: Readonly<Record<string, (value: unknown) => unknown>> = {
  privilegedMode: toBoolean,
  badgeEnabled: toBoolean,
  insecureSsl: toBoolean,
  encryptionDisabled: toBoolean,
  timeoutInMinutes: Number,
  queuedTimeoutInMinutes: Number,
  concurrentBuildLimit: Number,
  gitCloneDepth: Number,
};

/** The CloudFormation types of AWS CodeBuild that the sandbox has. */
export const codebuildResourceTypes: ResourceType[] = [
  {
    type: 'AWS::CodeBuild::Project',
    seconds: { create: 3, update: 3, delete: 2 },
    create: createProject,
    update: updateProject,
    read({ world, region, physicalId }) {
      const project = world.state(codebuildState, region).projects.get(physicalId);
      return project && { ...project };
    },
    delete: deleteProject,
  },
];
