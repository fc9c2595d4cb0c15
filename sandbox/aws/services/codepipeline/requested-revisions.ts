import type { SourceRevisionOverride } from '@aws-sdk/client-codepipeline';
import { AwsError } from '../../service.ts';
import type { StoredPipeline } from './codepipeline-state.ts';

/**
 * Commit ids by source action, from `sourceRevisions` of StartPipelineExecution (API_SourceRevisionOverride.html).
 * @throws AwsError ValidationException for an action that is no source action, or another kind of revision
 */
export function requestedRevisions(
  pipeline: StoredPipeline,
  overrides: readonly Partial<SourceRevisionOverride>[],
): Map<string, string> {
  const sources = new Set((pipeline.declaration.stages[0]?.actions ?? []).map((action) => action.name));
  return new Map(
    overrides.map(({ actionName = '', revisionType, revisionValue = '' }) => {
      if (!sources.has(actionName)) {
        throw new AwsError('ValidationException', `The pipeline has no source action named ${actionName}.`);
      }
      if (revisionType !== 'COMMIT_ID' || !/^[0-9a-f]{40}$/.test(revisionValue)) {
        throw new AwsError(
          'ValidationException',
          `A CodeCommit source needs a revision of type COMMIT_ID, not ${revisionType}.`,
        );
      }
      return [actionName, revisionValue];
    }),
  );
}
