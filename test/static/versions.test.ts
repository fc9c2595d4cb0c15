import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { renderedTemplates, repositorySources } from '../../scripts/check/static-proof/rendered-templates.ts';
import { resolvedResources } from '../../scripts/check/static-proof/resolved-resources.ts';

type Entry = { version: string; source: string; checked: string; end_of_support?: string };

/** Every mapping with a version, by its path. */
function entries(value: unknown, path: string): [string, Entry][] {
  if (typeof value !== 'object' || value === null) return [];
  if ('version' in value) return [[path, value as Entry]];
  return Object.entries(value).flatMap(([key, inner]) => entries(inner, `${path}${path === '' ? '' : '.'}${key}`));
}

const pinned = entries(load(repositorySources().versions), '');

function version(path: string): string | undefined {
  return pinned.find(([candidate]) => candidate === path)?.[1].version;
}

describe('cluster/versions.yaml', () => {
  test.each(pinned)('%s has a source, the day it was looked at, and days that are days', (_, entry) => {
    expect(Object.keys(entry)).toEqual(expect.arrayContaining(['version', 'source', 'checked']));
    expect(new URL(entry.source).protocol).toBe('https:');
    for (const day of [entry.checked, entry.end_of_support ?? entry.checked]) {
      expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
    }
    if (entry.end_of_support !== undefined) expect(entry.end_of_support > entry.checked).toBe(true);
  });

  test('what ends on a known day says so', () => {
    const ending = pinned.filter(([, { end_of_support: end }]) => end !== undefined).map(([path]) => path);
    expect(ending).toEqual(expect.arrayContaining(['kubernetes', 'tools.helm', 'runtimes.lambda']));
  });

  test('templates use these versions and no other', () => {
    const resources = renderedTemplates().flatMap(resolvedResources);
    const used = (type: string, property: string): Set<unknown> =>
      new Set(resources.filter((resource) => resource.type === type).map(({ properties }) => properties[property]));
    expect(used('AWS::Lambda::Function', 'Runtime')).toEqual(new Set([version('runtimes.lambda')]));
    expect(used('AWS::EKS::Cluster', 'Version')).toEqual(new Set([version('kubernetes')]));
    const environments = [...used('AWS::CodeBuild::Project', 'Environment')].map((value) => Object(value).Image);
    expect(new Set(environments)).toEqual(new Set([version('images.codebuild')]));
  });
});
