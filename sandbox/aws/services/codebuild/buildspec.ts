import { load } from 'js-yaml';

/** Phases whose commands a buildspec holds, in the order in which they run. */
export const BUILDSPEC_PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;
export type BuildspecPhaseName = (typeof BUILDSPEC_PHASES)[number];

export type BuildspecPhase = {
  commands: string[];
  /** Run after the commands, also when one failed. */
  finally: string[];
  onFailure: 'ABORT' | 'CONTINUE';
};

/** A buildspec file, version 0.2 (docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html). */
export type Buildspec = {
  shell: 'sh' | 'bash';
  variables: Record<string, string>;
  /** Variable → `secret-id:json-key:version-stage:version-id`; all but the first part are optional. */
  secrets: Record<string, string>;
  phases: Record<BuildspecPhaseName, BuildspecPhase>;
  artifacts: { files: string[]; baseDirectory: string; discardPaths: boolean } | undefined;
};

/** The buildspec is not valid, or uses something the sandbox does not have; the message names it. */
export class BuildspecError extends Error {
  override readonly name = 'BuildspecError';
}

type Mapping = Record<string, unknown>;

/**
 * Reads a buildspec.
 * @throws BuildspecError
 */
export function parseBuildspec(text: string): Buildspec {
  const root = mapping(loadYaml(text), 'the buildspec');
  // `cache` is legal and without effect: a build can never rely on a cache being there.
  allow(root, ['version', 'env', 'phases', 'artifacts', 'cache'], 'the buildspec');
  if (String(root['version']) !== '0.2') {
    throw new BuildspecError(`The buildspec version must be 0.2, not ${String(root['version'])}.`);
  }
  const env = mapping(root['env'] ?? {}, 'env');
  allow(env, ['shell', 'variables', 'secrets-manager'], 'env');
  if (root['phases'] === undefined) throw new BuildspecError('The buildspec needs phases.');
  const phases = mapping(root['phases'], 'phases');
  allow(phases, BUILDSPEC_PHASES, 'phases');
  return {
    shell: oneOf(env['shell'] ?? 'sh', ['sh', 'bash'], 'env.shell'),
    variables: scalars(env['variables'] ?? {}, 'env.variables'),
    secrets: scalars(env['secrets-manager'] ?? {}, 'env.secrets-manager'),
    phases: {
      install: phase(phases, 'install'),
      pre_build: phase(phases, 'pre_build'),
      build: phase(phases, 'build'),
      post_build: phase(phases, 'post_build'),
    },
    artifacts: root['artifacts'] === undefined ? undefined : artifacts(root['artifacts']),
  };
}

function loadYaml(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    throw new BuildspecError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function phase(phases: Mapping, name: BuildspecPhaseName): BuildspecPhase {
  if (phases[name] === undefined) return { commands: [], finally: [], onFailure: 'CONTINUE' };
  const where = `phases.${name}`;
  const value = mapping(phases[name], where);
  const versions = name === 'install' ? ['runtime-versions'] : [];
  allow(value, ['commands', 'finally', 'on-failure', ...versions], where);
  if (value['commands'] === undefined && value['runtime-versions'] === undefined) {
    throw new BuildspecError(`${where} needs commands.`);
  }
  return {
    commands: strings(value['commands'] ?? [], `${where}.commands`),
    finally: strings(value['finally'] ?? [], `${where}.finally`),
    onFailure: oneOf(value['on-failure'] ?? 'CONTINUE', ['ABORT', 'CONTINUE'], `${where}.on-failure`),
  };
}

function artifacts(value: unknown): NonNullable<Buildspec['artifacts']> {
  const fields = mapping(value, 'artifacts');
  allow(fields, ['files', 'base-directory', 'discard-paths', 'name'], 'artifacts');
  return {
    files: strings(fields['files'] ?? [], 'artifacts.files'),
    baseDirectory: String(fields['base-directory'] ?? '.'),
    discardPaths: ['yes', 'true'].includes(String(fields['discard-paths'] ?? 'no')),
  };
}

function mapping(value: unknown, where: string): Mapping {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Mapping;
  throw new BuildspecError(`Expected ${where} to be a mapping.`);
}

function allow(value: Mapping, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new BuildspecError(`The sandbox does not know ${unknown.join(', ')} in ${where}.`);
}

function oneOf<T extends string>(value: unknown, known: readonly T[], where: string): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new BuildspecError(`Expected ${where} to be one of ${known.join(', ')}, not ${String(value)}.`);
}

/** A YAML command such as `- echo a: b` is a mapping: the classic mistake in buildspecs. */
function strings(value: unknown, where: string): string[] {
  if (!Array.isArray(value)) throw new BuildspecError(`Expected ${where} to be a list.`);
  return value.map((entry: unknown, index) => {
    if (typeof entry === 'string') return entry;
    throw new BuildspecError(`Expected ${where}[${index}] to be of string type.`);
  });
}

function scalars(value: unknown, where: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapping(value, where)).map(([key, entry]) => {
      if (typeof entry === 'object') throw new BuildspecError(`Expected ${where}.${key} to be of string type.`);
      return [key, String(entry)];
    }),
  );
}
