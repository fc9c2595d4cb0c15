import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { renderDiagnosticsSarif, resultsPerRun, type SarifRule } from './diagnostics-sarif.ts';
import { file, finding, hostile, isCommand, many, runnerLines, wrongNode } from './test/sample-diagnostics.ts';

describe('renderDiagnosticsSarif', () => {
  const rules: Record<string, SarifRule> = {
    OSL127: { severity: 'warning', rule: 'Not broken.', cause: '-', remedy: '-' },
    OSL126: {
      severity: 'error',
      rule: 'Profiles run on a declared node.',
      cause: 'It is not there.',
      remedy: 'Name one.',
    },
  };

  it('has the required structure of SARIF 2.1.0', () => {
    const validate = new Ajv({ allErrors: true }).compile(sarifStructure);
    const log: unknown = JSON.parse(renderDiagnosticsSarif([wrongNode, finding({ code: 'OSL999', path: '' })], rules));
    validate(log);
    expect(validate.errors).toBeNull();
    expect(log).toMatchObject({
      runs: [
        {
          tool: {
            driver: { rules: [{ id: 'OSL126', shortDescription: { text: 'Profiles run on a declared node.' } }] },
          },
          results: [
            {
              ruleId: 'OSL126',
              ruleIndex: 0,
              level: 'error',
              locations: [
                { physicalLocation: { artifactLocation: { uri: file }, region: { startLine: 3, startColumn: 16 } } },
              ],
            },
            { ruleId: 'OSL999' },
          ],
        },
      ],
    });
  });

  it('has a fingerprint of its own for every result, which stays when lines move', () => {
    const found = [wrongNode, { ...wrongNode, line: 9 }, finding({ path: '/other' })];
    const fingerprints = (diagnostics: Diagnostic[]): string[] =>
      JSON.parse(renderDiagnosticsSarif(diagnostics, rules)).runs[0].results.map(
        (result: { partialFingerprints: Record<string, string> }) => result.partialFingerprints.primaryLocationLineHash,
      );
    expect(new Set(fingerprints(found)).size).toBe(3);
    expect(fingerprints(found.map((each) => ({ ...each, line: each.line + 5 })))).toEqual(fingerprints(found));
  });

  it('keeps to the number of results that code scanning takes, errors first', () => {
    const log = JSON.parse(renderDiagnosticsSarif([...many(resultsPerRun, 'warning'), ...many(2, 'error')], rules));
    const levels = log.runs[0].results.map(({ level }: { level: string }) => level);
    expect(levels).toHaveLength(resultsPerRun);
    expect(levels.slice(0, 3)).toEqual(['error', 'error', 'warning']);
  });

  it('percent-encodes paths, also such as are no Unicode', () => {
    const log = JSON.parse(renderDiagnosticsSarif([finding({ file: 'a b/#?\ud800.yaml' })], rules));
    expect(log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      'a%20b/%23%3F%EF%BF%BD.yaml',
    );
  });

  it('holds no command', () => {
    fc.assert(
      fc.property(fc.array(hostile), (diagnostics) => {
        const output = renderDiagnosticsSarif(diagnostics, rules);
        expect(JSON.parse(output).runs[0].results).toHaveLength(diagnostics.length);
        expect(runnerLines(output).filter(isCommand)).toEqual([]);
      }),
    );
  });
});

/** What the schema of SARIF 2.1.0 demands of the objects that are written here; other properties are refused. */
const text = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: { text: { type: 'string' } },
};
const sarifStructure = {
  type: 'object',
  required: ['version', 'runs'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    version: { enum: ['2.1.0'] },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool'],
        additionalProperties: false,
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name'],
                additionalProperties: false,
                properties: {
                  name: { type: 'string' },
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id'],
                      additionalProperties: false,
                      properties: {
                        id: { type: 'string' },
                        shortDescription: text,
                        fullDescription: text,
                        help: text,
                        properties: { type: 'object' },
                        defaultConfiguration: { type: 'object', properties: { level: { enum: ['warning', 'error'] } } },
                      },
                    },
                  },
                },
              },
            },
          },
          automationDetails: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['message'],
              additionalProperties: false,
              properties: {
                ruleId: { type: 'string' },
                ruleIndex: { type: 'integer', minimum: -1 },
                level: { enum: ['none', 'note', 'warning', 'error'] },
                message: text,
                locations: { type: 'array' },
                partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
              },
            },
          },
        },
      },
    },
  },
};
