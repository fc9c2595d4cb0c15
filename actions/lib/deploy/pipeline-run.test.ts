import { describe, expect, it } from 'vitest';
import { FakeAws, quietReporter } from '../ports/test/fake-aws.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import { sampleDeployment } from '../ports/test/sample-deployment.ts';
import type { DeployContext } from './deploy-context.ts';
import { type PipelineResult, runPipeline } from './pipeline-run.ts';
import { nothingApproved } from './test/approved-plan.ts';

const commit = 'c0ffee0000000000000000000000000000000000';

function run(aws: FakeAws, notBefore?: Date): Promise<PipelineResult> {
  const clock = instantClock();
  const context: DeployContext = {
    deployment: sampleDeployment(),
    mirrored: { container: commit, cluster: commit },
    ports: aws.ports(),
    reporter: quietReporter(),
    patience: { clock, pollMilliseconds: 5000, deadline: new Date(clock.now().getTime() + 600_000) },
    cloudFormationRoleArn: '',
    ...nothingApproved,
    refused: [],
    presence: async () => ({ gone: [], changed: [], unasked: [], unverifiable: [] }),
    random: () => 0.5,
    token: (what) => what,
    finished: new Map(),
    timelines: new Map(),
    images: [],
  };
  return runPipeline({ pipeline: 'sar-Pipeline', commit, notBefore, madeAt: undefined }, context);
}

function account(): FakeAws {
  const aws = new FakeAws();
  aws.executions['sar-Pipeline'] = [];
  return aws;
}

describe('runPipeline', () => {
  it('takes an execution of this commit that succeeded, and none that started too early', async () => {
    const aws = account();
    const { startedAt } = aws.addExecution('sar-Pipeline', commit, 'Succeeded');
    expect(await run(aws, startedAt)).toMatchObject({ alreadyDone: true });
    expect(await run(aws, new Date(startedAt.getTime() + 1))).toMatchObject({ alreadyDone: false });
    expect(aws.executions['sar-Pipeline']).toHaveLength(2);
  });

  it('waits for the source of an execution at work to be known before it starts another', async () => {
    const aws = account();
    const starting = aws.addExecution('sar-Pipeline', undefined, 'InProgress');
    const ports = aws.ports();
    let looks = 0;
    aws.ports = () => ({
      ...ports,
      pipelines: {
        ...ports.pipelines,
        recentExecutions: (pipeline, limit) => {
          looks += 1;
          if (looks === 3) starting.commits = { Source: commit };
          return ports.pipelines.recentExecutions(pipeline, limit);
        },
      },
    });
    expect((await run(aws)).execution.id).toBe(starting.id);
    expect(aws.executions['sar-Pipeline']).toHaveLength(1);
  });

  it('tries a failed commit again', async () => {
    const aws = account();
    aws.addExecution('sar-Pipeline', commit, 'Failed');
    expect(await run(aws)).toMatchObject({ alreadyDone: false, execution: { status: 'Succeeded' } });
  });

  it('follows the execution that superseded the one it waited for', async () => {
    const aws = account();
    const first = aws.addExecution('sar-Pipeline', commit, 'InProgress');
    const ports = aws.ports();
    let looks = 0;
    aws.ports = () => ({
      ...ports,
      pipelines: {
        ...ports.pipelines,
        findExecution: (pipeline, id) => {
          looks += 1;
          if (looks === 1) {
            first.status = 'Superseded';
            aws.addExecution('sar-Pipeline', commit, 'InProgress');
          }
          return ports.pipelines.findExecution(pipeline, id);
        },
      },
    });
    const { execution } = await run(aws);
    expect(execution).toMatchObject({ status: 'Succeeded' });
    expect(execution.id).not.toBe(first.id);
    expect(aws.executions['sar-Pipeline']).toHaveLength(2);
  });

  it('says what failed in the words of the build, with its log', async () => {
    const aws = account();
    const ports = aws.ports();
    const failed = { name: 'BUILD', message: 'COMMAND_EXECUTION_ERROR: helm upgrade exit status 1' };
    aws.ports = () => ({
      ...ports,
      pipelines: {
        ...ports.pipelines,
        findExecution: async (pipeline, id) => {
          const found = await ports.pipelines.findExecution(pipeline, id);
          return found === undefined ? undefined : { ...found, status: 'Failed' };
        },
      },
      builds: {
        ...ports.builds,
        find: async (id) => ({
          id,
          status: 'FAILED',
          startedAt: new Date(0),
          environment: {},
          failedPhase: failed,
          logUrl: 'https://logs.example.org',
        }),
      },
    });
    await expect(run(aws)).rejects.toMatchObject({
      code: 'PipelineFailed',
      message:
        'Pipeline sar-Pipeline ended in Failed in Build/Images: BUILD: COMMAND_EXECUTION_ERROR: helm upgrade exit status 1',
      hint: expect.stringMatching(/The build's log: https:\/\/logs\.example\.org$/),
    });
  });

  it('says when the pipeline is gone although its stack is complete', async () => {
    await expect(run(new FakeAws())).rejects.toMatchObject({ code: 'PipelineMissing' });
  });
});
