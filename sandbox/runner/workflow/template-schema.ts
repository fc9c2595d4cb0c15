import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { JSONObjectReader } from '@actions/workflow-parser/templates/json-object-reader';
import { TemplateSchema } from '@actions/workflow-parser/templates/schema/index';

export type SchemaKind = 'workflow' | 'action';

const loaded = new Map<SchemaKind, TemplateSchema>();

/**
 * GitHub's schema of workflow files or of action.yml, from @actions/workflow-parser. The package imports it as a JSON
 * module without the import attribute that Node requires, so its modules that do so cannot be loaded; the file is read
 * here instead.
 */
export function templateSchema(kind: SchemaKind): TemplateSchema {
  const known = loaded.get(kind);
  if (known) return known;
  const entry = new URL(import.meta.resolve('@actions/workflow-parser'));
  const text = readFileSync(fileURLToPath(new URL(`${kind}-v1.0.min.json`, entry)), 'utf8');
  const schema = TemplateSchema.load(new JSONObjectReader(undefined, text));
  loaded.set(kind, schema);
  return schema;
}
