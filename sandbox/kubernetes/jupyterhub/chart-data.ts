import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import type { Values } from '../helm/release.ts';

/** What is committed of the packaged chart: its default values and its values schema without the prose. */
type ChartData = { version: string; appVersion: string; kubeVersion: string; defaults: Values; schema: object };

let loaded: { data: ChartData; violations: (values: Values) => string[] } | undefined;

/** The chart jupyterhub 4.4.0 (github.com/jupyterhub/zero-to-jupyterhub-k8s), read once, on first use. */
export function jupyterhubChartData(): { data: ChartData; violations: (values: Values) => string[] } {
  if (loaded) return loaded;
  const file = new URL('../jupyterhub-chart-4.4.0.data.json', import.meta.url);
  const data = JSON.parse(readFileSync(file, 'utf8')) as ChartData;
  loaded = { data, violations: schemaCheck(data.schema) };
  return loaded;
}

/** Checks values against a chart's `values.schema.json`, once compiled. */
function schemaCheck(schema: object): (values: Values) => string[] {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
  return (values) => {
    if (validate(values)) return [];
    return [...new Set((validate.errors ?? []).map(describe))].sort();
  };
}

/** One violation in the words of Helm 3.18 and newer (santhosh-tekuri/jsonschema, its error kinds). */
function describe({ instancePath, keyword, params, message }: ErrorObject): string {
  const at = `at '${instancePath}'`;
  switch (keyword) {
    case 'additionalProperties':
      return `${at}: additional properties '${params['additionalProperty']}' not allowed`;
    case 'required':
      return `${at}: missing property '${params['missingProperty']}'`;
    case 'type':
      return `${at}: want ${[params['type']].flat().join(' or ')}`;
    case 'enum':
      return `${at}: value must be one of ${(params['allowedValues'] as unknown[]).map((each) => (each === null ? '<nil>' : `'${String(each)}'`)).join(', ')}`;
    default:
      return `${at}: ${message ?? keyword}`;
  }
}
