import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { stringify } from 'yaml';
import { ToolError, type ToolInput } from '../../tools/run-tool.ts';
import type { KubernetesObject, NewObject } from '../cluster-state.ts';
import type { Applied, DeleteInput, ManifestFile, MetadataInput, Target, WaitInput } from '../object-operations.ts';
import { kindOfWord, qualifiedName } from '../objects/kinds.ts';
import type { ClusterClient } from './cluster-client.ts';
import { parseDuration } from './duration.ts';
import { fillJsonPath } from './jsonpath.ts';
import type { KubectlLine } from './kubectl-arguments.ts';
import { readManifests } from './manifests.ts';
import { objectTable } from './table.ts';

export type KubectlCall = {
  input: ToolInput;
  line: KubectlLine;
  cluster: () => Promise<ClusterClient>;
  namespace: string;
};

/** `TYPE`, `TYPE NAME…`, `TYPE/NAME …` and `TYPE,TYPE`. */
function targetsOf({ line, namespace }: KubectlCall, words: readonly string[]): Target[] {
  const [first = '', ...names] = words;
  const place = {
    namespace: line.flag('--all-namespaces') ? undefined : namespace,
    selector: line.value('--selector'),
  };
  if (first === '') throw new ToolError('error: You must specify the type of resource.');
  if (words.some((word) => word.includes('/'))) {
    return words.map((word) => {
      const [type = '', name = ''] = word.split('/');
      if (name === '')
        throw new ToolError(
          'error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form',
        );
      return { word: type, names: [name], ...place };
    });
  }
  return first.split(',').map((word) => ({ word, names, ...place }));
}

export async function get(call: KubectlCall): Promise<number> {
  const { input, line } = call;
  const targets = targetsOf(call, line.positional.slice(1));
  const cluster = await call.cluster();
  const found: Found[] = [];
  for (const target of targets)
    found.push(await cluster<Found>('get', { target, ignoreNotFound: line.flag('--ignore-not-found') }));
  const single = targets.length === 1 && targets[0]?.names.length === 1;
  const output = line.value('--output');
  if (
    found.every(({ items }) => items.length === 0) &&
    (output === undefined || output === 'wide') &&
    !line.flag('--ignore-not-found')
  ) {
    input.stderr(
      line.flag('--all-namespaces') ? 'No resources found\n' : `No resources found in ${call.namespace} namespace.\n`,
    );
    return 0;
  }
  input.stdout(
    printObjects(found, output, {
      single,
      namespaces: line.flag('--all-namespaces'),
      headers: !line.flag('--no-headers'),
    }),
  );
  return 0;
}

export async function apply(call: KubectlCall, mustBeNew = false): Promise<number> {
  const { input, line } = call;
  const files = line.values('--filename');
  if (files.length === 0) throw new ToolError('error: must specify one of -f and -k');
  return put(call, await readManifests(input, files), mustBeNew);
}

async function put(call: KubectlCall, manifests: ManifestFile[], mustBeNew: boolean): Promise<number> {
  const { input, line, namespace } = call;
  const dryRun = line.value('--dry-run');
  if (dryRun === 'client') {
    const output = line.value('--output');
    for (const { object } of manifests) {
      input.stdout(
        output === 'yaml'
          ? stringify(object)
          : output === 'json'
            ? `${JSON.stringify(object, undefined, 4)}\n`
            : `${object.kind.toLowerCase()}/${object.metadata.name} created (dry run)\n`,
      );
    }
    return 0;
  }
  if (dryRun !== undefined && dryRun !== 'none') throw new ToolError(`error: the sandbox has no --dry-run=${dryRun}`);
  const cluster = await call.cluster();
  const applied = await cluster<Applied[]>('apply', { manifests, namespace, mustBeNew });
  for (const { name, result } of applied) input.stdout(`${name} ${result}\n`);
  return 0;
}

/** `kubectl create -f`, and from the command line namespaces, secrets and config maps. */
export async function create(call: KubectlCall): Promise<number> {
  const { line } = call;
  const [, type, ...rest] = line.positional;
  if (type === undefined) return apply(call, true);
  return put(call, [{ file: 'command line', object: await describeNew(call, type, rest) }], true);
}

async function describeNew(call: KubectlCall, type: string, rest: readonly string[]): Promise<NewObject> {
  if (type === 'namespace' || type === 'ns')
    return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: rest[0] ?? '' } };
  const isSecret = type === 'secret' && rest[0] === 'generic';
  if (!isSecret && type !== 'configmap' && type !== 'cm')
    throw new ToolError(`error: the sandbox does not create ${type} from the command line`);
  const data: Record<string, string> = {};
  for (const literal of call.line.values('--from-literal')) {
    const equals = literal.indexOf('=');
    data[literal.slice(0, equals)] = literal.slice(equals + 1);
  }
  for (const source of call.line.values('--from-file')) {
    const equals = source.indexOf('=');
    const path = equals < 0 ? source : source.slice(equals + 1);
    data[equals < 0 ? basename(path) : source.slice(0, equals)] = await readFile(
      resolve(call.input.folder, path),
      'utf8',
    );
  }
  const name = isSecret ? (rest[1] ?? '') : (rest[0] ?? '');
  const metadata = { name, namespace: call.namespace };
  if (!isSecret) return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: Object.fromEntries(encoded) };
}

export async function remove(call: KubectlCall): Promise<number> {
  const { input, line } = call;
  const files = line.values('--filename');
  const manifests = files.length > 0 ? await readManifests(input, files) : [];
  const named = manifests.map(
    ({ object }): Target => ({
      word: object.kind,
      names: [object.metadata.name],
      namespace: object.metadata.namespace ?? call.namespace,
      selector: undefined,
    }),
  );
  const targets = files.length > 0 ? named : targetsOf(call, line.positional.slice(1));
  if (targets.some(({ names, selector }) => names.length === 0 && selector === undefined) && !line.flag('--all')) {
    throw new ToolError('error: resource(s) were provided, but no name was specified');
  }
  const timeout = line.value('--timeout');
  const cluster = await call.cluster();
  let count = 0;
  for (const target of targets) {
    const request: DeleteInput = {
      target,
      ignoreNotFound: line.flag('--ignore-not-found'),
      wait: line.waits,
      timeoutSeconds: timeout === undefined ? undefined : parseDuration(timeout),
    };
    const deleted = await cluster<string[]>('delete', request);
    for (const name of deleted) input.stdout(`${name} deleted\n`);
    count += deleted.length;
  }
  if (count === 0) input.stdout('No resources found\n');
  return 0;
}

export async function waitFor(call: KubectlCall): Promise<number> {
  const condition = call.line.value('--for');
  if (condition === undefined) throw new ToolError('error: --for is required');
  const timeoutSeconds = parseDuration(call.line.value('--timeout') ?? '30s');
  const cluster = await call.cluster();
  for (const target of targetsOf(call, call.line.positional.slice(1))) {
    const request: WaitInput = { target, condition, timeoutSeconds };
    const names = await cluster<string[]>('wait', request);
    for (const name of names) call.input.stdout(`${name} condition met\n`);
  }
  return 0;
}

/** `kubectl annotate` and `kubectl label`: `KEY=VALUE` sets, `KEY-` removes. */
export async function changeMetadata(call: KubectlCall, field: MetadataInput['field']): Promise<number> {
  const words = call.line.positional.slice(1);
  const isChange = (word: string): boolean => word.includes('=') || word.endsWith('-');
  const changes = words.filter(isChange);
  const pairs = changes.filter((each) => each.includes('='));
  const set = Object.fromEntries(
    pairs.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  );
  const removed = changes.filter((each) => !each.includes('=')).map((each) => each.slice(0, -1));
  const cluster = await call.cluster();
  for (const target of targetsOf(
    call,
    words.filter((word) => !isChange(word)),
  )) {
    const request: MetadataInput = { target, field, set, remove: removed, overwrite: call.line.flag('--overwrite') };
    for (const name of await cluster<string[]>('changeMetadata', request)) {
      call.input.stdout(`${name} ${field === 'annotations' ? 'annotated' : 'labeled'}\n`);
    }
  }
  return 0;
}

type Found = { kind: string; apiVersion: string; items: KubernetesObject[] };

/**
 * What `kubectl get` prints.
 * @param single one object was asked for by its name, so it stands for itself and not in a list
 * @throws ToolError for an output format the sandbox does not have
 */
function printObjects(
  found: readonly Found[],
  output: string | undefined,
  options: { single: boolean; namespaces: boolean; headers: boolean },
): string {
  const items = found.flatMap((each) => each.items);
  const document = options.single
    ? items[0]
    : { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items };
  if (output === undefined || output === 'wide') {
    const shown = found.filter((each) => each.items.length > 0);
    return shown.map(({ kind, items: objects }) => objectTable(kind, objects, options)).join('\n');
  }
  if (document === undefined) return '';
  if (output === 'json') return `${JSON.stringify(document, undefined, 4)}\n`;
  if (output === 'yaml') return stringify(document);
  if (output === 'name')
    return items.map(({ kind, metadata }) => `${qualifiedName(kindOfWord(kind), metadata.name)}\n`).join('');
  if (output.startsWith('jsonpath=')) return fillJsonPath(output.slice('jsonpath='.length), document);
  throw new ToolError(
    `error: unable to match a printer suitable for the output format "${output}", allowed formats are: json,jsonpath,name,wide,yaml`,
  );
}
