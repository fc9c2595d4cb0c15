import { AwsError } from './service.ts';
import { acmState } from './services/acm/acm-state.ts';
import { autoScalingGroups } from './services/auto-scaling/auto-scaling-state.ts';
import { findPipeline } from './services/codepipeline/codepipeline-state.ts';
import { startRun } from './services/codepipeline/pipeline-run.ts';
import { requestedRevisions } from './services/codepipeline/requested-revisions.ts';
import { deliverEvents, onRuleTarget } from './services/events/event-delivery.ts';
import type { Delivery } from './services/events/events-state.ts';
import { enforcement } from './services/iam/access-decision.ts';
import { wildcardMatch } from './services/iam/wildcard.ts';
import { taggedResourceSources } from './services/tagging/tagged-resource-sources.ts';
import type { TaggedResourceSource } from './services/tagging/tagged-resources.ts';
import { type AwsWorld, GLOBAL } from './world.ts';

/**
 * Lets the services of a world work with each other: events start pipelines, policies see the tags of resources. Call
 * once for a world.
 */
export function connectServices(world: AwsWorld): void {
  deliverEvents(world);
  onRuleTarget(world, 'codepipeline', startPipeline);
  world.state(enforcement, GLOBAL).tagsOf = (arn, region) => {
    // Actions on streams are asked with a stream's ARN; the tags are those of its group.
    const group = arn.replace(/(:log-group:[^:]+):log-stream:.*$/, '$1');
    for (const source of [...taggedResourceSources, ...unlistedSources]) {
      for (const resource of source(world, region)) {
        if (resource.arn === group || (group.includes('*') && isGroupOf(group, resource.arn))) return resource.tags;
      }
    }
    return {};
  };
}

/** Groups of Auto Scaling have an id in their ARN, which requests do not say. */
const isGroupOf = (pattern: string, arn: string): boolean =>
  pattern.startsWith('arn:aws:autoscaling:') && wildcardMatch(pattern, arn);

/** What has tags that policies see, and that GetResources does not list. */
const unlistedSources: readonly TaggedResourceSource[] = [
  (world, region) => [...world.state(acmState, region).values()].map(({ arn, tags }) => ({ arn, tags })),
  (world, region) =>
    [...autoScalingGroups(world, region).values()].map(({ arn, tags }) => ({
      arn,
      tags: Object.fromEntries([...tags].map(([key, { value }]) => [key, value])),
    })),
];

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
