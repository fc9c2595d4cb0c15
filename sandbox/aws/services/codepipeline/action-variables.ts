import type { PipelineRun } from './codepipeline-state.ts';

/** An action ends as failed; `code` and `message` are its error details. */
export class ActionFailure extends Error {
  override readonly name = 'ActionFailure';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Replaces `#{namespace.name}` in an action's configuration: variables of earlier actions by namespace,
 * `codepipeline.PipelineExecutionId`, and the pipeline's own under `variables`
 * (docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html).
 * @throws ActionFailure for a variable nobody has set
 */
export function resolveVariables(
  run: PipelineRun,
  configuration: Readonly<Record<string, string>>,
): Record<string, string> {
  const replace = (text: string): string =>
    text.replace(/#\{([\w@-]+)\.([\w@-]+)\}/g, (whole, namespace: string, name: string) => {
      const value =
        namespace === 'codepipeline' && name === 'PipelineExecutionId' ? run.id : run.variables.get(namespace)?.[name];
      if (value !== undefined) return value;
      throw new ActionFailure('ConfigurationError', `Unresolved pipeline variable: ${whole}`);
    });
  return Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, replace(value)]));
}
