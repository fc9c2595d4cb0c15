import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  build,
  openPipelineFixture,
  type PipelineFixture,
  pipelineType,
  properties,
  source,
} from './pipeline-fixture.ts';

let fixture: PipelineFixture;
beforeEach(async () => {
  fixture = await openPipelineFixture();
});
afterEach(() => fixture.close());

describe('AWS::CodePipeline::Pipeline', () => {
  it('has versions, tags and an ARN', async () => {
    const state = await fixture.createPipeline();
    expect(state).toEqual({
      physicalId: 'sar-pipeline',
      attributes: { Arn: 'arn:aws:codepipeline:us-west-2:123456789012:sar-pipeline', Version: '1' },
    });
    await fixture.update(pipelineType, 'sar-pipeline', properties());
    expect(await fixture.pipeline('GetPipeline')).toMatchObject({
      pipeline: { version: 2, stages: [{ actions: [{ configuration: { PollForSourceChanges: 'false' } }] }, {}] },
    });
    expect(await fixture.pipeline('ListTagsForResource', { resourceArn: state.attributes['Arn'] })).toEqual({
      tags: [{ key: 'osl-billing', value: 'sar' }],
    });
    expect(await fixture.executions()).toHaveLength(1);
    await fixture.remove(pipelineType, 'sar-pipeline');
    await expect(fixture.pipeline('GetPipeline')).rejects.toMatchObject({ code: 'PipelineNotFoundException' });
  });

  const stages = (...actions: object[]) => ({
    Stages: [
      { Name: 'Source', Actions: [source()] },
      { Name: 'Build', Actions: actions },
    ],
  });
  it.each([
    ['one stage', { Stages: [{ Name: 'Source', Actions: [source()] }] }, 'InvalidStructureException'],
    ['a source later', stages(source()), 'InvalidStructureException'],
    ['no input artifact', stages(build({ InputArtifacts: [] })), 'InvalidActionDeclarationException'],
    ['an input nobody makes', stages(build({ InputArtifacts: [{ Name: 'X' }] })), 'InvalidActionDeclarationException'],
    ['an unknown setting', stages(build({ Configuration: { Project: 'x' } })), 'InvalidActionDeclarationException'],
    ['two actions of one name', stages(build(), build()), 'InvalidStageDeclarationException'],
    ['a role that cannot be assumed', { RoleArn: 'arn:aws:iam::123456789012:role/x' }, 'InvalidStructureException'],
    ['a missing bucket', { ArtifactStore: { Type: 'S3', Location: 'none' } }, 'InvalidStructureException'],
    ['a queue in a V1 pipeline', { ExecutionMode: 'QUEUED' }, 'InvalidStructureException'],
    [
      'an approval, which the sandbox has not',
      stages(build({ ActionTypeId: { Category: 'Approval', Owner: 'AWS', Provider: 'Manual', Version: '1' } })),
      'ValidationException',
    ],
  ])('refuses %s', async (_what, changes, code) => {
    await expect(fixture.createPipeline(changes)).rejects.toMatchObject({ code });
    expect(await fixture.pipeline('ListPipelines')).toEqual({ pipelines: [] });
  });
});
