import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convertToIfCondition } from '@actions/workflow-parser/model/converter/if-condition';
import type { TemplateContext } from '@actions/workflow-parser/templates/template-context';
import { SequenceToken, type TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { entriesOf } from '../expressions/token.ts';
import { StepFailure } from '../step/activity.ts';
import { readTemplateFile, type Template, templateIssues } from '../workflow/template.ts';
import type { StepDefinition } from '../workflow/workflow-file.ts';

/** A JavaScript action's programs, relative to its folder. */
export type NodeAction = {
  kind: 'node';
  main: string;
  pre: string | undefined;
  post: string | undefined;
  /** Expression; `always()` by default. */
  postCondition: string;
};
export type CompositeAction = { kind: 'composite'; steps: StepDefinition[] };

/** An action's metadata (docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax). */
export type ActionManifest = {
  folder: string;
  name: string;
  /** Declared inputs with their defaults, which may contain expressions. */
  inputs: ReadonlyMap<string, { default: TemplateToken | undefined; deprecated: string | undefined }>;
  /** Values of a composite action's outputs. */
  outputs: ReadonlyMap<string, TemplateToken>;
  runs: NodeAction | CompositeAction;
};

/**
 * Reads an action's metadata, validated with GitHub's own schema.
 * @param workspace the job's folder, or the repository's own copy
 * @param path the action's folder in it
 * @throws StepFailure when there is none, or it is not valid, or cannot run here
 */
export async function readActionManifest(workspace: string, path: string): Promise<ActionManifest> {
  const { file, text } = await readManifest(workspace, path);
  const key = `${file}\0${text}`;
  const parsed = parsedManifests.get(key) ?? parseManifest(file, text);
  parsedManifests.set(key, parsed);
  return { ...parsed, folder: join(workspace, path) };
}

/** The same text is always the same action. */
const parsedManifests = new Map<string, Omit<ActionManifest, 'folder'>>();

function parseManifest(file: string, text: string): Omit<ActionManifest, 'folder'> {
  const template = readTemplateFile('action', file, text);
  const settings = entriesOf(template.root);
  const runs = readRuns(template, entriesOf(settings.get('runs')));
  const issues = templateIssues(template.context);
  if (issues.length > 0) throw new StepFailure(issues.map((issue) => issue.message).join('\n'));
  const inputs = [...entriesOf(settings.get('inputs'))].map(([name, input]) => {
    const declared = entriesOf(input);
    const deprecated = declared.get('deprecationMessage')?.toString();
    return [name, { default: declared.get('default'), deprecated }] as const;
  });
  const outputs = [...entriesOf(settings.get('outputs'))].flatMap(([name, output]) => {
    const value = entriesOf(output).get('value');
    return value ? [[name, value] as const] : [];
  });
  const name = settings.get('name')?.toString() ?? file;
  return { name, inputs: new Map(inputs), outputs: new Map(outputs), runs };
}

async function readManifest(workspace: string, path: string): Promise<{ file: string; text: string }> {
  for (const name of ['action.yml', 'action.yaml']) {
    const file = join(path, name);
    try {
      return { file, text: await readFile(join(workspace, file), 'utf8') };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))) {
        throw error;
      }
    }
  }
  throw new StepFailure(
    `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${path}'. Did you forget to run actions/checkout before running your local action?`,
  );
}

function readRuns(template: Template, runs: ReadonlyMap<string, TemplateToken>): NodeAction | CompositeAction {
  const using = runs.get('using')?.toString() ?? '';
  if (using === 'composite') return { kind: 'composite', steps: readSteps(template.context, runs.get('steps')) };
  if (using === 'node20' || using === 'node24') {
    return {
      kind: 'node',
      main: runs.get('main')?.toString() ?? '',
      pre: runs.get('pre')?.toString(),
      post: runs.get('post')?.toString(),
      postCondition: runs.get('post-if')?.toString() || 'always()',
    };
  }
  if (template.context.errors.count === 0) {
    template.context.error(runs.get('using'), `The sandbox does not support actions using '${using}'.`);
  }
  return { kind: 'composite', steps: [] };
}

function readSteps(context: TemplateContext, token: TemplateToken | undefined): StepDefinition[] {
  if (!(token instanceof SequenceToken)) return [];
  return [...token].map((step, index) => {
    const settings = entriesOf(step);
    const id = settings.get('id')?.toString();
    const condition = settings.get('if');
    const converted = condition && convertToIfCondition(context, condition);
    return {
      id,
      contextName: id ?? `__step_${index + 1}`,
      condition: converted?.expression ?? 'success()',
      settings,
    };
  });
}
