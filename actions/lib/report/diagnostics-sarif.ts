import { createHash } from 'node:crypto';
import type { Diagnostic, Severity } from '../deployment/diagnostic.ts';
import { errorsFirst } from './diagnostics-text.ts';
import { inertJson } from './inert-line.ts';

/** What a code stands for, as the reference documents it. */
export type SarifRule = {
  severity: Severity;
  /** The rule in one sentence. */
  rule: string;
  /** Why it exists or what goes wrong otherwise. */
  cause: string;
  /** What to do. */
  remedy: string;
};

/** Where people read about a code, from the repository's root. */
const reference = 'docs/reference/opensarlab-yaml.md';

/** Code scanning refuses a run with more results (docs.github.com, "SARIF results exceed one or more limits"). */
export const resultsPerRun = 25_000;

/**
 * Findings for code scanning: SARIF 2.1.0 with one run, the rules that were broken, and one result per finding
 * (docs.oasis-open.org/sarif/sarif/v2.1.0), errors before warnings when there are more than it takes.
 * @param rules the catalogue by code; a finding of a code that is not in it still is a result
 */
export function renderDiagnosticsSarif(
  diagnostics: readonly Diagnostic[],
  rules: Readonly<Record<string, SarifRule>>,
): string {
  const shown = diagnostics.length > resultsPerRun ? errorsFirst(diagnostics).slice(0, resultsPerRun) : diagnostics;
  const used = new Set(shown.map(({ code }) => code));
  const listed = Object.entries(rules).filter(([code]) => used.has(code));
  const indices = new Map(listed.map(([code], index) => [code, index]));
  return inertJson({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'opensarlab', rules: listed.map(ruleOf) } },
        automationDetails: { id: 'opensarlab/validate/' },
        columnKind: 'utf16CodeUnits',
        results: withFingerprints(shown).map(([diagnostic, fingerprint]) =>
          resultOf(diagnostic, fingerprint, indices.get(diagnostic.code)),
        ),
      },
    ],
  });
}

function ruleOf([code, { severity, rule, cause, remedy }]: [string, SarifRule]) {
  return {
    id: code,
    shortDescription: { text: rule },
    fullDescription: { text: cause },
    defaultConfiguration: { level: severity },
    help: { text: `${remedy} More: ${reference}#${code.toLowerCase()}` },
    properties: { tags: ['opensarlab'], precision: 'very-high', 'problem.severity': severity },
  };
}

/**
 * Findings with what code scanning recognizes them by, beside rule and file: the field, so that it stays when lines above
 * come and go, and a number where a rule is broken twice in one.
 */
function withFingerprints(diagnostics: readonly Diagnostic[]): (readonly [Diagnostic, string])[] {
  const seen = new Map<string, number>();
  return diagnostics.map((diagnostic) => {
    const { code, file, path } = diagnostic;
    const key = `${code}\0${file}\0${path}`;
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    const digest = createHash('sha256').update(`${code}\0${path}`).digest('hex').slice(0, 16);
    return [diagnostic, `${digest}:${number}`];
  });
}

function resultOf(diagnostic: Diagnostic, fingerprint: string, ruleIndex: number | undefined) {
  const { code, severity, path, file, line, column, message, hint } = diagnostic;
  return {
    ruleId: code,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: severity,
    message: { text: hint === undefined ? message : `${message} ${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file), uriBaseId: '%SRCROOT%' },
          region: { startLine: line, startColumn: column },
        },
        ...(path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }),
      },
    ],
    // The one fingerprint that code scanning looks at.
    partialFingerprints: { primaryLocationLineHash: fingerprint },
  };
}

/** A path as a relative URI reference (RFC 3986): each part percent-encoded, the slashes kept. */
function uriOf(file: string): string {
  return file.split('/').map(encodeWellFormed).join('/');
}

/** Lone surrogates, which a file name may contain, have no percent-encoding. */
function encodeWellFormed(part: string): string {
  return encodeURIComponent(part.toWellFormed());
}
