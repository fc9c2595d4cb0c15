import { readFileSync } from 'node:fs';
import type { Values } from '../helm/release.ts';
import { schemaCheck } from '../helm/schema-violations.ts';

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
