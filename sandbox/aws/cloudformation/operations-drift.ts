import type {
  DetectStackResourceDriftInput,
  DetectStackResourceDriftOutput,
  PropertyDifference,
} from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../service.ts';
import { specOf } from '../service-spec/service-spec.ts';
import { readActual } from './actual-properties.ts';
import type { Engine } from './engine.ts';
import { stringify } from './intrinsic.ts';
import { diffProperties, type PropertyChange } from './property-diff.ts';
import { cloudFormationState, requireStack } from './stack-state.ts';
import { validationError } from './validation-error.ts';

/** The operations that look whether resources are as their stack made them. */
export function driftOperations(engineOf: (context: CallContext) => Engine) {
  return {
    DetectStackResourceDrift: (input: DetectStackResourceDriftInput, context: CallContext) =>
      detectResourceDrift(engineOf(context), input),
  };
}

/**
 * Compares one resource with what the stack gave it, at once
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackResourceDrift.html). "Resources that
 * don't currently support drift detection can't be checked."
 */
function detectResourceDrift(engine: Engine, input: DetectStackResourceDriftInput): DetectStackResourceDriftOutput {
  const stack = requireStack(engine.world.state(cloudFormationState, engine.region), input.StackName);
  const resource = stack.resources.get(input.LogicalResourceId ?? '');
  if (resource === undefined) {
    throw validationError(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`);
  }
  const spec = specOf(resource.type);
  const actual = readActual(engine, stack, resource);
  if (actual === undefined || spec === undefined) {
    throw validationError(`Drift detection is not supported for the resource type ${resource.type}`);
  }
  const differences =
    actual.status === 'DELETED' ? [] : diffProperties(spec, resource.properties, actual.properties).map(difference);
  return {
    StackResourceDrift: {
      StackId: stack.id,
      LogicalResourceId: resource.logicalId,
      PhysicalResourceId: resource.state?.physicalId,
      ResourceType: resource.type,
      ExpectedProperties: JSON.stringify(stringify(resource.shownProperties)),
      ...(actual.status === 'DELETED' ? {} : { ActualProperties: JSON.stringify(stringify(actual.properties)) }),
      ...(actual.status === 'DELETED' ? {} : { PropertyDifferences: differences }),
      StackResourceDriftStatus: actual.status,
      Timestamp: engine.world.clock.now(),
    },
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_PropertyDifference.html */
function difference({ path, kind, before, after }: PropertyChange): PropertyDifference {
  return {
    PropertyPath: `/${path.join('/')}`,
    ExpectedValue: text(before),
    ActualValue: text(after),
    DifferenceType: kind === 'Add' ? 'ADD' : kind === 'Remove' ? 'REMOVE' : 'NOT_EQUAL',
  };
}

function text(value: unknown): string {
  return value === undefined ? 'null' : typeof value === 'object' ? JSON.stringify(stringify(value)) : String(value);
}
