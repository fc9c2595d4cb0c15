import type { SecretMasker } from '../job/secret-masker.ts';
import { type Annotation, plainAnnotation } from '../records.ts';
import { commandAnnotation, parseWorkflowCommand, type WorkflowCommand } from './workflow-command.ts';

/** GitHub keeps 10 annotations of each level per step (github.com/actions/runner, ExecutionContext.cs). */
const MAXIMUM_ANNOTATIONS_PER_LEVEL = 10;

export type StepRecorderOptions = {
  masker: SecretMasker;
  /** The job's folder, for the paths in annotations. */
  workspace: string;
  onLine(line: string): void;
  onAnnotation(annotation: Annotation): void;
};

/** Collects what a step says: its log and its annotations, secrets masked. */
export type StepRecorder = {
  /** A line of output, which may be a workflow command. */
  output(line: string): void;
  /** Lines of the runner's own, never a command. */
  write(text: string): void;
  /** An annotation of the runner's own, also in the log. */
  annotate(level: Annotation['level'], message: string): void;
  /** A command that must not be used was used: the step fails whatever its exit code. */
  readonly failed: boolean;
  readonly log: string;
  readonly annotations: readonly Annotation[];
  readonly dropped: readonly Annotation[];
};

/** Workflow commands: docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
export function createStepRecorder(options: StepRecorderOptions): StepRecorder {
  const lines: string[] = [];
  const annotations: Annotation[] = [];
  const dropped: Annotation[] = [];
  const write = (text: string): void => {
    for (const line of options.masker.mask(text).split('\n')) {
      lines.push(line);
      options.onLine(line);
    }
  };
  const keep = (annotation: Annotation): void => {
    const masked = maskAnnotation(annotation, options.masker);
    write(`##[${annotation.level}]${annotation.message}`);
    const sameLevel = annotations.filter(({ level }) => level === annotation.level).length;
    if (sameLevel >= MAXIMUM_ANNOTATIONS_PER_LEVEL) {
      dropped.push(masked);
      return;
    }
    annotations.push(masked);
    options.onAnnotation(masked);
  };
  const annotate = (level: Annotation['level'], message: string): void => keep(plainAnnotation(level, message));
  const interpreter = createCommandInterpreter({ write, keep, annotate, ...options });
  return {
    output: (line) => interpreter.output(line),
    write,
    annotate,
    get failed() {
      return interpreter.failed;
    },
    get log() {
      return lines.join('\n');
    },
    annotations,
    dropped,
  };
}

type Sink = {
  write(text: string): void;
  keep(annotation: Annotation): void;
  annotate(level: Annotation['level'], message: string): void;
  masker: SecretMasker;
  workspace: string;
};

const COMMANDS = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

function createCommandInterpreter(sink: Sink): { output(line: string): void; readonly failed: boolean } {
  let stopToken: string | undefined;
  let failed = false;
  const fail = (message: string): void => {
    failed = true;
    sink.annotate('error', message);
  };
  const stop = (token: string): void => {
    // An empty token or one that is a command could be written by accident, or by an attacker on purpose.
    if (token === '' || COMMANDS.has(token.toLowerCase())) fail(`Invalid stop token '${token}'.`);
    else stopToken = token.toLowerCase();
  };
  const output = (line: string): void => {
    const known = stopToken === undefined ? COMMANDS : new Set([stopToken]);
    const command = line === '' ? undefined : parseWorkflowCommand(line, known);
    if (!command || stopToken !== undefined || command.name === 'stop-commands') sink.write(line);
    if (!command) return;
    if (stopToken !== undefined) stopToken = undefined;
    else if (command.name === 'stop-commands') stop(command.data);
    else interpret(command, sink, fail);
  };
  return {
    output,
    get failed() {
      return failed;
    },
  };
}

function interpret(command: WorkflowCommand, sink: Sink, fail: (message: string) => void): void {
  switch (command.name) {
    case 'error':
    case 'warning':
    case 'notice':
      sink.keep(commandAnnotation(command.name, command, sink.workspace));
      break;
    case 'group':
      sink.write(`##[group]${command.data}`);
      break;
    case 'endgroup':
      sink.write('##[endgroup]');
      break;
    case 'add-mask':
      if (command.data.trim() !== '') sink.masker.add(command.data);
      else sink.annotate('warning', "Can't add secret mask for empty string in ##[add-mask] command.");
      break;
    case 'debug':
    case 'echo':
      // Shown only when a repository turns on step debug logging, which the sandbox has not.
      break;
    case 'set-output':
    case 'save-state':
      sink.annotate('warning', deprecatedMessage(command.name));
      break;
    case 'set-env':
    case 'add-path':
      fail(`Unable to process command '::${command.name}::' successfully. ${disabledMessage(command.name)}`);
      break;
    default:
      fail(`The sandbox does not support the workflow command \`${command.name}\`.`);
  }
}

/** GitHub has announced the end of these (github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands). */
function deprecatedMessage(command: string): string {
  return `The \`${command}\` command is deprecated and has no effect here. Please use Environment Files.`;
}

function disabledMessage(command: string): string {
  return `The \`${command}\` command is disabled. Please use Environment Files.`;
}

function maskAnnotation(annotation: Annotation, masker: SecretMasker): Annotation {
  return {
    ...annotation,
    message: masker.mask(annotation.message),
    title: annotation.title === undefined ? undefined : masker.mask(annotation.title),
  };
}
