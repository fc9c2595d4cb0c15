import type { PipelineExecutionSummary, StageState } from '@aws-sdk/client-codepipeline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPipelineFixture, type PipelineFixture } from './pipeline-fixture.ts';

let fixture: PipelineFixture;
beforeEach(async () => {
  fixture = await openPipelineFixture();
});
afterEach(() => fixture.close());

describe('stages', () => {
  const disable = (stageName = 'Build') =>
    fixture.pipeline('DisableStageTransition', { stageName, transitionType: 'Inbound', reason: 'teardown' });

  it('hold executions while the transition is disabled; a newer one supersedes the one that waits', async () => {
    await fixture.push('true');
    await fixture.createPipeline();
    await fixture.world.settle();
    await disable();
    const older = await fixture.pipeline('StartPipelineExecution');
    await fixture.world.settle();
    const newer = await fixture.pipeline('StartPipelineExecution');
    expect(await fixture.executions()).toMatchObject([
      { ...newer, status: 'InProgress' },
      { ...older, status: 'Superseded' },
      { status: 'Succeeded' },
    ]);
    const states = (await fixture.pipeline('GetPipelineState'))['stageStates'] as StageState[];
    expect(states[1]).toMatchObject({
      inboundTransitionState: { enabled: false, disabledReason: 'teardown' },
      inboundExecution: newer,
    });
    await fixture.pipeline('EnableStageTransition', { stageName: 'Build', transitionType: 'Inbound' });
    expect((await fixture.executions())[0]).toMatchObject({ ...newer, status: 'Succeeded' });
  });

  it('let queued executions through one after the other', async () => {
    await fixture.push('true');
    await fixture.createPipeline({ PipelineType: 'V2', ExecutionMode: 'QUEUED' });
    await fixture.world.settle();
    await disable();
    await fixture.pipeline('StartPipelineExecution');
    await fixture.pipeline('StartPipelineExecution');
    expect((await fixture.executions()).map(({ status }) => status)).toEqual(['InProgress', 'InProgress', 'Succeeded']);
    await fixture.pipeline('EnableStageTransition', { stageName: 'Build', transitionType: 'Inbound' });
    expect((await fixture.executions()).map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
  });

  it('are not retried unless they failed last', async () => {
    await fixture.push('true');
    await fixture.createPipeline();
    const [done] = await fixture.executions();
    await expect(
      fixture.pipeline('RetryStageExecution', {
        stageName: 'Build',
        pipelineExecutionId: done?.pipelineExecutionId,
        retryMode: 'FAILED_ACTIONS',
      }),
    ).rejects.toMatchObject({ code: 'StageNotRetryableException' });
  });

  it('a waiting execution is stopped at once', async () => {
    await fixture.push('true');
    await fixture.createPipeline({ DisableInboundStageTransitions: [{ StageName: 'Build', Reason: 'frozen' }] });
    const [waiting] = await fixture.executions();
    const input = { pipelineExecutionId: waiting?.pipelineExecutionId, reason: 'teardown' };
    await fixture.pipeline('StopPipelineExecution', input);
    expect(await fixture.executions()).toMatchObject([{ status: 'Stopped', stopTrigger: { reason: 'teardown' } }]);
    await expect(fixture.pipeline('StopPipelineExecution', input)).rejects.toMatchObject({
      code: 'PipelineExecutionNotStoppableException',
    });
  });

  it('a running execution is abandoned', async () => {
    await fixture.push('sleep 600');
    await fixture.createPipeline();
    while ((await fixture.actions())[0]?.actionName !== 'Build') await new Promise((resolve) => setTimeout(resolve, 5));
    const { pipelineExecutionSummaries } = await fixture.pipeline('ListPipelineExecutions');
    const [running] = pipelineExecutionSummaries as PipelineExecutionSummary[];
    await fixture.pipeline('StopPipelineExecution', {
      pipelineExecutionId: running?.pipelineExecutionId,
      abandon: true,
    });
    while ((await fixture.actions())[0]?.status === 'InProgress')
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await fixture.actions())[0]?.status).toBe('Abandoned');
  });
});
