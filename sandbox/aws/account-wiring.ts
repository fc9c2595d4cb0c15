import { AwsError } from './service.ts';
import { findPipeline } from './services/codepipeline/codepipeline-state.ts';
import { startRun } from './services/codepipeline/pipeline-run.ts';
import { requestedRevisions } from './services/codepipeline/requested-revisions.ts';
import { deliverEvents, onRuleTarget } from './services/events/event-delivery.ts';
import type { Delivery } from './services/events/events-state.ts';
import { enforcement } from './services/iam/access-decision.ts';
import { taggedResourceSources } from './services/tagging/tagged-resource-sources.ts';
import { type AwsWorld, GLOBAL } from './world.ts';

/**
 * Lets the services of a world work with each other: events start pipelines, policies see the tags of resources. Call
 * once for a world.
 */
export function connectServices(world: AwsWorld): void {
  deliverEvents(world);
  onRuleTarget(world, 'codepipeline', startPipeline);
  world.state(enforcement, GLOBAL).tagsOf = (arn, region) => {
    for (const source of taggedResourceSources) {
      for (const resource of source(world, region)) if (resource.arn === arn) return resource.tags;
    }
    return {};
  };
}

type RequestedRevision = { actionName?: string; revisionType?: 'COMMIT_ID'; revisionValue?: string };

/**
 * EventBridge calls StartPipelineExecution; `sourceRevisions` of the target's input choose the commit
 * (codepipeline userguide, triggering.html).
 */
function startPipeline({ world, region, rule, target, input }: Delivery): void {
  const name = target.Arn.split(':')[5];
  const pipeline = findPipeline(world, region, name);
  startRun(world, pipeline, {
    trigger: { triggerType: 'CloudWatchEvent', triggerDetail: rule.arn },
    revisions: requestedRevisions(pipeline, revisionsOf(input)),
  });
}

function revisionsOf(input: unknown): RequestedRevision[] {
  if (typeof input !== 'object' || input === null || !('sourceRevisions' in input)) return [];
  const revisions: unknown = input.sourceRevisions;
  if (Array.isArray(revisions)) return revisions as RequestedRevision[];
  if (typeof revisions === 'object' && revisions !== null) return [revisions as RequestedRevision];
  throw new AwsError('ValidationException', 'sourceRevisions must be a list.');
}
