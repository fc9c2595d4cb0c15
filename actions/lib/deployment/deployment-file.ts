import type { DeploymentDraft } from './checks/check.ts';
import { type CheckContext, runChecks } from './checks/checks.ts';
import type { Deployment } from './deployment.ts';
import type { Draft } from './draft.ts';
import { type DeploymentFileValue, toDeployment } from './file-value.ts';
import { type Finding, mostFindings, mostSevere } from './finding.ts';
import { createPositionFinder, type PositionFinder } from './position.ts';
import { readYaml, type YamlReading } from './read-yaml.ts';
import { checkShape } from './shape.ts';
import { shapeFindings } from './shape-findings.ts';
import { soundParts } from './sound-parts.ts';
import { ambiguityFindings } from './yaml-ambiguity.ts';

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
