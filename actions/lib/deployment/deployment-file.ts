import type { DeploymentDraft } from './checks/check.ts';
import { type CheckContext, runChecks } from './checks/checks.ts';
import type { Deployment } from './deployment.ts';
import type { Draft } from './draft.ts';
import { fieldName } from './field-schema.ts';
import { type DeploymentFileValue, toDeployment } from './file-value.ts';
import { type Finding, mostFindings, mostSevere } from './finding.ts';
import { isWithin, pointerParts, valueAt } from './json-pointer.ts';
import { createPositionFinder, type PositionFinder } from './position.ts';
import { plainValue } from './quote-value.ts';
import { readYaml, type YamlReading } from './read-yaml.ts';
import { checkShape } from './shape.ts';
import { shapeFindings } from './shape-findings.ts';
import type { AmbiguousScalar } from './yaml-value.ts';

/** A declaration as far as it can be understood. Findings have no place yet: most files have none. */
export type DeploymentFile = {
  /** Present when YAML and schema have nothing to say; checks may have. */
  deployment: Deployment | undefined;
  /** What is left when everything malformed is taken out. */
  draft: DeploymentDraft;
  findings: Finding[];
  positions(): PositionFinder;
};

/**
 * Understands the text of one `opensarlab.yaml`: YAML, schema with defaults, then the checks, which go on with whatever
 * is well-formed.
 */
export function understandFile(text: string, context: Omit<CheckContext, 'isUnknown'>): DeploymentFile {
  const yaml = readYaml(text);
  let finder: PositionFinder | undefined;
  const positions = (): PositionFinder => {
    finder ??= createPositionFinder(text, yaml.root);
    return finder;
  };
  const { value, malformed, findings } = checkValue(yaml, positions);
  const { draft, isUnknown } = soundParts(yaml.value, malformed);
  const deployment = value === undefined ? undefined : toDeployment(value);
  const understood = deployment ?? toDeployment(draft);
  const checked = yaml.spoilt.has('') ? [] : runChecks(understood, { ...context, isUnknown });
  const all = [...yaml.findings, ...findings, ...once(checked, positions)];
  return { deployment, draft: understood, findings: mostSevere(all, mostFindings + 1), positions: positionsOf(text) };
}

/** Drops what is said about the same text already, because an alias stands for it. */
function once(findings: readonly Finding[], positions: () => PositionFinder): readonly Finding[] {
  if (findings.length < 2) return findings;
  const seen = new Set<string>();
  return findings.filter(({ code, path, part = 'value', message }) => {
    const key = `${code} ${positions().originOf(path, part)} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Reads the file once more when places are asked for, so that its nodes need not be kept until all files are read. */
function positionsOf(text: string): () => PositionFinder {
  return () => createPositionFinder(text, readYaml(text).root);
}

type CheckedValue = { value: DeploymentFileValue | undefined; malformed: ReadonlySet<string>; findings: Finding[] };

function checkValue(yaml: YamlReading, positions: () => PositionFinder): CheckedValue {
  if (yaml.spoilt.has('')) return { value: undefined, malformed: yaml.spoilt, findings: [] };
  const shape = checkShape(yaml.value);
  const none: { findings: Finding[]; malformed: Set<string> } = { findings: [], malformed: new Set(yaml.spoilt) };
  const { findings, malformed } = shape.ok ? none : shapeFindings(shape.errors, yaml, positions());
  const ambiguous = ambiguityFindings(yaml.ambiguous, new Set(findings.map(({ path }) => path)));
  const value = shape.ok && malformed.size === 0 ? shape.value : undefined;
  return { value, malformed, findings: [...findings, ...ambiguous] };
}

/** A draft of a text that is only compared with, whatever its findings. */
export function draftOf(text: string): Draft<Deployment> {
  return understandFile(text, { folder: '_' }).draft;
}

/** What of a file can be relied on. */
type SoundParts = {
  draft: Draft<DeploymentFileValue>;
  /** Whether it is unknown what the field at this JSON pointer says, because it or what it is part of is malformed. */
  isUnknown(pointer: string): boolean;
};

/**
 * Takes what is malformed out of a value, in place, so that checks can go on with the rest.
 * @param value what the schema was checked against, defaults filled in
 * @param malformed JSON pointers of what cannot be relied on
 */
function soundParts(value: unknown, malformed: ReadonlySet<string>): SoundParts {
  const isUnknown = (pointer: string): boolean => isWithin(malformed, pointer);
  if (malformed.has('') || typeof value !== 'object' || value === null) return { draft: {}, isUnknown: () => true };
  for (const pointer of malformed) {
    const name = pointerParts(pointer).at(-1) ?? '';
    const parent = valueAt(value, pointer.slice(0, pointer.lastIndexOf('/')));
    // Entries of lists keep their places.
    if (Array.isArray(parent)) parent[Number(name)] = undefined;
    else if (typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, name);
  }
  return { draft: value, isUnknown };
}

/**
 * Scalars that YAML 1.1 reads otherwise, as findings: numbers, which may be meant either way, and texts, which only other
 * tools get wrong.
 * @param reported pointers of fields that have a finding already
 */
function ambiguityFindings(scalars: readonly AmbiguousScalar[], reported: ReadonlySet<string>): Finding[] {
  return scalars
    .filter(({ path }) => !reported.has(path))
    .map(({ path, text, value, reading }): Finding => {
      const shown = plainValue(text);
      const start = `${fieldName(path)} is ${shown}, which`;
      if (typeof value === 'number') {
        const message = `${start} YAML 1.2 reads as ${value} and YAML 1.1 as ${reading.meaning}.`;
        return { code: 'OSL018', path, message, hint: `Write ${value}.` };
      }
      const message = `${start} is text here, but ${reading.meaning} for tools that speak YAML 1.1.`;
      return { code: 'OSL025', path, message, hint: `Put it in quotes: "${shown}".` };
    });
}
