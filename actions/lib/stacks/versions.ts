import { load, YAMLException } from 'js-yaml';
import { Failure, toFailure } from '../failure.ts';
import { refuseSharedYaml } from './unshared-yaml.ts';

/** A pinned version; dates are ISO days. `default` lets AWS choose. */
export type PinnedVersion = {
  version: string;
  source: string;
  checked: string;
  end_of_support?: string;
  repository?: string;
};

/** `cluster/versions.yaml`. */
export type Versions = {
  kubernetes: PinnedVersion;
  addons: Record<string, PinnedVersion>;
  charts: Record<'jupyterhub' | 'cluster-autoscaler', PinnedVersion & { repository: string }>;
  images: Record<'codebuild' | 'hub' | 'node', PinnedVersion>;
  tools: Record<'helm', PinnedVersion>;
};

const required = [
  'kubernetes',
  'charts.jupyterhub',
  'charts.cluster-autoscaler',
  'images.codebuild',
  'images.hub',
  'images.node',
  'tools.helm',
];

/**
 * Reads `cluster/versions.yaml`.
 * @throws Failure `Versions` when an entry lacks its version or is not text (`1.30` unquoted would be `1.3`)
 */
export function readVersions(text: string): Versions {
  refuseSharedYaml(text, file);
  const value = loadVersions(text);
  const addons = Object.keys(Object(at(value, 'addons'))).map((name) => `addons.${name}`);
  for (const path of [...required, ...addons]) {
    const version = at(at(value, path), 'version');
    if (typeof version === 'string' && version !== '') continue;
    throw new Failure({
      code: 'Versions',
      source: 'user',
      message: `versions.yaml has no text at ${path}.version.`,
      place: { file, line: 1 },
      hint: 'Put versions in quotes: YAML reads 1.30 as the number 1.3.',
    });
  }
  return value as Versions;
}

const file = 'cluster/versions.yaml';

function loadVersions(text: string): unknown {
  try {
    return load(text);
  } catch (cause) {
    const [reason = ''] = toFailure(cause).message.split('\n', 1);
    const line = cause instanceof YAMLException ? (cause.mark?.line ?? 0) + 1 : 1;
    const message = `${file}:${line} is not YAML: ${reason}.`;
    throw new Failure({ code: 'Versions', source: 'user', message, cause, place: { file, line } });
  }
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => {
    return typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
      ? (inner as Record<string, unknown>)[key]
      : undefined;
  }, value);
}
