import type { AwsWorld } from '../../aws/world.ts';
import type { KubernetesCluster, NewObject } from '../cluster-state.ts';
import type { Values } from './release.ts';

/** What a chart's templates see. */
export type RenderContext = {
  world: AwsWorld;
  cluster: KubernetesCluster;
  releaseName: string;
  namespace: string;
  /** Defaults with the user's values over them. */
  values: Values;
};

/** A chart the sandbox can imitate: what it refuses, and which objects come of it. */
export type Chart = {
  readonly name: string;
  /** URL of the repository it is published in. */
  readonly repository: string;
  readonly latestVersion: string;
  hasVersion(version: string): boolean;
  appVersion(version: string): string;
  defaults(): Values;
  /** Violations of the chart's schema in Helm's words; empty when there are none. */
  violations(values: Values): string[];
  /** @throws ApiError when a template fails */
  render(context: RenderContext): Rendered;
};

export type Rendered = {
  objects: NewObject[];
  /** By deployment: why its program ends right after its start, asked whenever a pod is about to be ready. */
  startupChecks?: Readonly<Record<string, () => string | undefined>>;
};

const AT = /^https:\/\/[^/]+(\/.*)?$/;

/** Repository URLs with and without a slash at the end are the same. */
export const normalizeRepository = (url: string): string => (AT.test(url) ? url.replace(/\/+$/, '') : url);
