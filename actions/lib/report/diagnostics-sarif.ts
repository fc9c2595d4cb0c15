import type { Diagnostic, Severity } from '../deployment/diagnostic.ts';
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

/**
 * Findings for code scanning: SARIF 2.1.0 with one run, the rules that were broken, and one result per finding
 * (docs.oasis-open.org/sarif/sarif/v2.1.0).
 * @param rules the catalogue by code; a finding of a code that is not in it still is a result
 */
export function renderDiagnosticsSarif(
  diagnostics: readonly Diagnostic[],
  rules: Readonly<Record<string, SarifRule>>,
): string {
  const used = new Set(diagnostics.map(({ code }) => code));
  const listed = Object.entries(rules).filter(([code]) => used.has(code));
  const indices = new Map(listed.map(([code], index) => [code, index]));
  return inertJson({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'opensarlab', rules: listed.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, indices.get(diagnostic.code))),
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
  };
}

function resultOf(diagnostic: Diagnostic, ruleIndex: number | undefined) {
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
    // Stays when lines above come and go, so that code scanning recognizes the finding.
    partialFingerprints: { 'opensarlabField/v1': `${code}:${file}:${path}` },
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
