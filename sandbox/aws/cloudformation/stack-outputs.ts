import type { Output } from '@aws-sdk/client-cloudformation';
import type { Engine } from './engine.ts';
import { isUnknown, resolve } from './intrinsic.ts';
import { modelScope, type ResourceValues, type StackModel } from './stack-model.ts';
import { cloudFormationState } from './stack-state.ts';
import { validationError } from './validation-error.ts';

/**
 * Evaluates a model's outputs. NoEcho does not mask them:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html.
 *
 * @throws AwsError `ValidationError` when a value is no text or a function cannot be resolved
 */
export function evaluateOutputs(model: StackModel, values: ResourceValues): Output[] {
  const scope = modelScope(model, values);
  return [...model.outputs].map(([name, declaration]) => {
    const value = resolve(declaration.value, scope);
    if (typeof value === 'object' || typeof value === 'symbol') {
      throw validationError(
        `Template format error: Output ${name} is malformed. The Value field of every Outputs member must evaluate to a String.`,
      );
    }
    return {
      OutputKey: name,
      OutputValue: String(value),
      ...(declaration.description === undefined ? {} : { Description: declaration.description }),
      ...(declaration.exportName === undefined ? {} : { ExportName: String(resolve(declaration.exportName, scope)) }),
    };
  });
}

/** Export names are unique in an account and region. */
export function refuseDuplicateExports(engine: Engine, stackId: string, outputs: readonly Output[]): void {
  const { stacks } = engine.world.state(cloudFormationState, engine.region);
  for (const other of stacks) {
    if (other.id === stackId || other.status === 'DELETE_COMPLETE') continue;
    const taken = other.outputs.find(({ ExportName }) => isExportedAs(outputs, ExportName));
    if (taken !== undefined) {
      throw validationError(`Export with name ${taken.ExportName} is already exported by stack ${other.name}.`);
    }
  }
}

function isExportedAs(outputs: readonly Output[], name: string | undefined): boolean {
  return name !== undefined && outputs.some((output) => output.ExportName === name);
}

/** Whether two lists of outputs differ in what is already known. */
export function outputsDiffer(before: readonly Output[], after: readonly Output[]): boolean {
  const text = (outputs: readonly Output[]): string =>
    JSON.stringify(
      outputs
        .map((output) => [output.OutputKey, output.OutputValue, output.Description ?? '', output.ExportName ?? ''])
        .sort(),
    );
  return after.some((output) => isUnknown(output.OutputValue)) || text(before) !== text(after);
}
