import type { Build, BuildPhase, EnvironmentVariable, Project, ProjectSource } from '@aws-sdk/client-codebuild';
import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';

/** An artifact in a bucket, as CodePipeline passes it between actions. */
export type PipelineArtifact = {
  name: string;
  bucket: string;
  key: string;
  /** The CodeCommit commit that the source action resolved; undefined for what a build made. */
  commitId: string | undefined;
  /** Set for the output format CODEBUILD_CLONE_REF: the build clones this repository instead of unpacking a ZIP file. */
  cloneRepository: string | undefined;
};

/** What a build starts from. */
export type BuildSource =
  | { type: 'CODECOMMIT'; location: string; version: string | undefined }
  | { type: 'CODEPIPELINE'; primary: PipelineArtifact; secondary: PipelineArtifact[] }
  | { type: 'NO_SOURCE' };

/** Where CodePipeline wants a build's output; undefined when the action declares no output artifact. */
export type BuildOutput = { bucket: string; key: string } | undefined;

export type RunningBuild = {
  /** What BatchGetBuilds shows. */
  readonly build: Build & { id: string; arn: string; phases: BuildPhase[] };
  readonly source: BuildSource;
  readonly output: BuildOutput;
  readonly environmentVariables: EnvironmentVariable[];
  /** Aborted by StopBuild. */
  readonly stop: AbortController;
  /** Resolves when the build is complete, however it ended. */
  completed: Promise<void>;
};

export type StoredProject = Project & { name: string; arn: string; serviceRole: string; source: ProjectSource };

export type CodeBuildState = {
  projects: Map<string, StoredProject>;
  /** By build id, oldest first. */
  builds: Map<string, RunningBuild>;
  /** Number of the last build of each project. */
  buildNumbers: Map<string, number>;
  /** StartBuild tokens of the last minutes. */
  idempotencyTokens: Map<string, { input: string; buildId: string; at: Date }>;
};

export const codebuildState: StateKey<CodeBuildState> = {
  id: 'codebuild',
  create: () => ({ projects: new Map(), builds: new Map(), buildNumbers: new Map(), idempotencyTokens: new Map() }),
};

/**
 * Commands run in real time while the clock may run hundreds of times as fast, so a build is only timed out when this
 * much real time has passed as well.
 */
export const buildTimeoutFloor: StateKey<{ realSeconds: number }> = {
  id: 'codebuild-timeout-floor',
  create: () => ({ realSeconds: 120 }),
};

export const projectArn = (world: AwsWorld, region: string, name: string): string =>
  `arn:aws:codebuild:${region}:${world.accountId}:project/${name}`;

/**
 * A project by its name or ARN.
 * @throws AwsError ResourceNotFoundException
 */
export function findProject(world: AwsWorld, region: string, nameOrArn: string | undefined): StoredProject {
  const name = (nameOrArn ?? '').replace(/^arn:aws:codebuild:[^:]+:\d{12}:project\//, '');
  const project = world.state(codebuildState, region).projects.get(name);
  if (project) return project;
  throw new AwsError('ResourceNotFoundException', `Project cannot be found: ${projectArn(world, region, name)}`);
}
