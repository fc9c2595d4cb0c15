import type {
  BatchGetProjectsCommandInput,
  BatchGetProjectsCommandOutput,
  DeleteProjectCommandInput,
  ListProjectsCommandInput,
  ListProjectsCommandOutput,
} from '@aws-sdk/client-codebuild';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import { codebuildState, type StoredProject } from './codebuild-state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** API_ListProjects.html and API_BatchGetProjects.html: 100 at a time. */
const PAGE = 100;

function batchGetProjects(
  input: BatchGetProjectsCommandInput,
  context: CallContext,
): Output<BatchGetProjectsCommandOutput> {
  const names = input.names ?? [];
  if (names.length === 0 || names.length > PAGE) {
    throw new AwsError('InvalidInputException', `BatchGetProjects takes 1 to ${PAGE} project names.`);
  }
  const { projects } = context.world.state(codebuildState, context.region);
  const byName = (name: string): StoredProject | undefined => projects.get(name.replace(/^arn:.*:project\//, ''));
  return {
    projects: names.flatMap((name) => byName(name) ?? []),
    projectsNotFound: names.filter((name) => !byName(name)),
  };
}

function listProjects(input: ListProjectsCommandInput, context: CallContext): Output<ListProjectsCommandOutput> {
  const names = [...context.world.state(codebuildState, context.region).projects.keys()].sort();
  if (input.sortOrder === 'DESCENDING') names.reverse();
  const { page, nextToken } = tokenPage(names, {
    size: PAGE,
    token: input.nextToken,
    errorCode: 'InvalidInputException',
  });
  return { projects: page, ...(nextToken ? { nextToken } : {}) };
}

/** A project that is gone is no error, and its builds stay (API_DeleteProject.html). */
function deleteProject(input: DeleteProjectCommandInput, { world, region }: CallContext): object {
  world.state(codebuildState, region).projects.delete(input.name ?? '');
  return {};
}

/** CodeBuild's operations on projects; projects are made by CloudFormation. */
export const projectOperations = {
  BatchGetProjects: batchGetProjects,
  ListProjects: listProjects,
  DeleteProject: deleteProject,
} satisfies Record<string, Operation>;
