import type { Deployment } from '../deployment/deployment.ts';
import type { Stack } from '../stacks/stack.ts';
import { canonicalJson, compareText, sha256 } from './canonical-json.ts';

/** A file that is laid over an upstream repository, or anything else with content that decides. */
export type DecidingFile = { path: string; mode: string; content: Uint8Array };

/** What in a checkout decides one deployment. */
export type Decision = {
  /** The declaration as it was understood: no comments, no layout. */
  deployment: Deployment;
  stacks: readonly Stack[];
  /** By repository kind: what is laid over it, taken away from it, and renamed in it. */
  overlays: Readonly<Record<string, { files: readonly DecidingFile[]; delete: unknown; rename: unknown }>>;
};

/**
 * SHA-256, 64 hex digits, over everything in a checkout that decides this deployment: what it declares (sources with their
 * refs, what is retained, protected, who may enter …), final templates with parameters and tags, and each file of the
 * overlays. Comments, the order of keys and files, and the field `reviewed`, which only asks for a plan, are no part of it.
 */
export function decisionDigest({ deployment, stacks, overlays }: Decision): string {
  const { reviewed: _, ...declared } = deployment as Deployment & { reviewed?: unknown };
  const layers = Object.entries(overlays).map(([kind, overlay]) => [
    kind,
    { files: fileDigests(overlay.files), delete: overlay.delete, rename: overlay.rename },
  ]);
  const decides = {
    declared,
    stacks: stacks.map(({ name, templateBody, parameters, tags, terminationProtection, retained, dependsOn }) => {
      return { name, templateBody, parameters, tags, terminationProtection, retained, dependsOn };
    }),
    overlays: Object.fromEntries(layers),
  };
  return sha256(canonicalJson(decides));
}

function fileDigests(files: readonly DecidingFile[]): [path: string, mode: string, digest: string][] {
  return files
    .map(({ path, mode, content }): [string, string, string] => [path, mode, sha256(content)])
    .sort(([a], [b]) => compareText(a, b));
}
