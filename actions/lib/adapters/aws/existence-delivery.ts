import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { BatchGetRepositoriesCommand, CodeCommitClient } from '@aws-sdk/client-codecommit';
import { CodePipelineClient, GetPipelineCommand } from '@aws-sdk/client-codepipeline';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';
import { describing, type ExistenceCheck, presenceOf } from './existence-check.ts';

/** Whether pipelines, their sources and builds, and Auto Scaling groups are there, by name. */
export function deliveryChecks(settings: ClientSettings, counter: CallCounter): Record<string, ExistenceCheck> {
  const builds = counted(new CodeBuildClient(settings), counter);
  const commits = counted(new CodeCommitClient(settings), counter);
  const pipelines = counted(new CodePipelineClient(settings), counter);
  const groups = counted(new AutoScalingClient(settings), counter);
  return {
    'AWS::CodeBuild::Project': describing(
      'build project',
      [],
      (id) => builds.send(new BatchGetProjectsCommand({ names: [id] })),
      ({ projects }, id) => ((projects ?? []).some(({ name }) => name === id) ? 'exists' : 'gone'),
    ),
    'AWS::CodeCommit::Repository': describing(
      'repository',
      [],
      (id) => commits.send(new BatchGetRepositoriesCommand({ repositoryNames: [id] })),
      ({ repositories }, id) =>
        (repositories ?? []).some(({ repositoryName }) => repositoryName === id) ? 'exists' : 'gone',
    ),
    'AWS::CodePipeline::Pipeline': describing('pipeline', ['PipelineNotFoundException'], (id) =>
      pipelines.send(new GetPipelineCommand({ name: id })),
    ),
    'AWS::AutoScaling::AutoScalingGroup': describing(
      'Auto Scaling group',
      [],
      (id) => groups.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [id] })),
      ({ AutoScalingGroups }, id) => {
        const group = (AutoScalingGroups ?? []).find(({ AutoScalingGroupName }) => AutoScalingGroupName === id);
        return presenceOf(group?.Status, group !== undefined, { going: ['Delete in progress'], gone: [] });
      },
    ),
  };
}
