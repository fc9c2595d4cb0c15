import type { AwsEvent, AwsWorld, StateKey } from '../../world.ts';
import { codepipelineState, type StoredPipeline } from './codepipeline-state.ts';
import { startRun } from './pipeline-run.ts';

const polling: StateKey<{ started: boolean }> = { id: 'codepipeline-polling', create: () => ({ started: false }) };

/**
 * Starts pipelines whose CodeCommit source is polled: `PollForSourceChanges` is true unless it is set to false
 * (docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html). Instead of polling, the sandbox
 * listens to the repository's events; a pipeline that has an EventBridge rule as well then runs twice, as in AWS.
 */
export function pollSources(world: AwsWorld, region: string): void {
  const state = world.state(polling, region);
  if (state.started) return;
  state.started = true;
  world.subscribe((event) => {
    if (event.region !== region || event.source !== 'aws.codecommit' || event.detail['referenceType'] !== 'branch')
      return;
    if (event.detail['event'] === 'referenceDeleted') return;
    for (const pipeline of world.state(codepipelineState, region).values()) {
      if (hasPolledSource(pipeline, event)) {
        startRun(world, pipeline, { trigger: { triggerType: 'PollForSourceChanges', triggerDetail: '' } });
      }
    }
  });
}

function hasPolledSource(pipeline: StoredPipeline, event: AwsEvent): boolean {
  return (pipeline.declaration.stages[0]?.actions ?? []).some(
    ({ configuration }) =>
      configuration['PollForSourceChanges'] !== 'false' &&
      configuration['RepositoryName'] === event.detail['repositoryName'] &&
      configuration['BranchName'] === event.detail['referenceName'],
  );
}
