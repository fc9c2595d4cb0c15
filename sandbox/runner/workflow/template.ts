import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { JSONObjectReader } from '@actions/workflow-parser/templates/json-object-reader';
import type { ObjectReader } from '@actions/workflow-parser/templates/object-reader';
import { TemplateSchema } from '@actions/workflow-parser/templates/schema/index';
import { TemplateContext, TemplateValidationErrors } from '@actions/workflow-parser/templates/template-context';
import { readTemplate } from '@actions/workflow-parser/templates/template-reader';
import { type MappingToken, StringToken, type TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { NoOperationTraceWriter } from '@actions/workflow-parser/templates/trace-writer';
import { YamlObjectReader } from '@actions/workflow-parser/workflows/yaml-object-reader';

/** One thing that is wrong with a workflow or action file; lines and columns count from 1. */
export type TemplateIssue = { message: string; line: number | undefined; column: number | undefined };

/** A file of GitHub's template language, read against its schema; `root` is absent when it is not even YAML. */
export type Template = { context: TemplateContext; root: TemplateToken | undefined };

const ROOTS = { workflow: 'workflow-root-strict', action: 'action-root-strict' } as const;

/**
 * Reads a workflow file or action.yml with GitHub's own schema.
 * @param name the file's path in the repository, for messages
 */
export function readTemplateFile(kind: SchemaKind, name: string, text: string): Template {
  const context = new TemplateContext(
    new TemplateValidationErrors(),
    templateSchema(kind),
    new NoOperationTraceWriter(),
  );
  const fileId = context.getFileId(name);
  const yaml = new YamlObjectReader(fileId, text);
  for (const error of yaml.errors) context.error(fileId, error.message, error.range);
  if (yaml.errors.length > 0) return { context, root: undefined };
  return { context, root: readTemplate(context, ROOTS[kind], new ValueReader(yaml), fileId) };
}

/** What is wrong so far, in the order of the file. Messages carry GitHub's prefix `FILE (Line: 1, Col: 2): `. */
export function templateIssues(context: TemplateContext): TemplateIssue[] {
  return context.errors.getErrors().map((error) => ({
    message: error.message,
    line: error.range?.start.line,
    column: error.range?.start.column,
  }));
}

/**
 * Passes on what `YamlObjectReader` reads without the source text of strings. The template reader takes a block
 * scalar's source, with its indentation, for its value when it contains an expression; that is meant for editors.
 */
class ValueReader implements ObjectReader {
  readonly #yaml: YamlObjectReader;

  constructor(yaml: YamlObjectReader) {
    this.#yaml = yaml;
  }

  allowLiteral(): ReturnType<ObjectReader['allowLiteral']> {
    const literal = this.#yaml.allowLiteral();
    if (!(literal instanceof StringToken)) return literal;
    return new StringToken(literal.file, literal.range, literal.value, literal.definitionInfo);
  }

  allowSequenceStart(): ReturnType<ObjectReader['allowSequenceStart']> {
    return this.#yaml.allowSequenceStart();
  }

  allowSequenceEnd(): boolean {
    return this.#yaml.allowSequenceEnd();
  }

  allowMappingStart(): MappingToken | undefined {
    return this.#yaml.allowMappingStart();
  }

  allowMappingEnd(): boolean {
    return this.#yaml.allowMappingEnd();
  }

  validateStart(): void {
    this.#yaml.validateStart();
  }

  validateEnd(): void {
    this.#yaml.validateEnd();
  }
}

type SchemaKind = 'workflow' | 'action';

const loaded = new Map<SchemaKind, TemplateSchema>();

/**
 * GitHub's schema of workflow files or of action.yml, from @actions/workflow-parser. The package imports it as a JSON
 * module without the import attribute that Node requires, so its modules that do so cannot be loaded; the file is read
 * here instead.
 */
function templateSchema(kind: SchemaKind): TemplateSchema {
  const known = loaded.get(kind);
  if (known) return known;
  const entry = new URL(import.meta.resolve('@actions/workflow-parser'));
  const text = readFileSync(fileURLToPath(new URL(`${kind}-v1.0.min.json`, entry)), 'utf8');
  const schema = TemplateSchema.load(new JSONObjectReader(undefined, text));
  loaded.set(kind, schema);
  return schema;
}
