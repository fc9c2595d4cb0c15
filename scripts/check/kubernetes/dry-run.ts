import { type ApiClient, type ApiStatus, type KubernetesObject, mergePatch } from './api-client.ts';

/** What an API server says to an object. `fields`: those that it names, where it refuses for what they say. */
export type Judgement = { accepted: boolean; message: string; fields: string[] };

type Resource = { name: string; kind: string; namespaced: boolean };

/** Where objects of each kind are, by `apiVersion/kind`. */
export type ResourcePaths = ReadonlyMap<string, { path: string; name: string; namespaced: boolean }>;

/** Asks the server which kinds it knows. */
export async function resourcePaths(client: ApiClient): Promise<ResourcePaths> {
  const { groups } = await client.read<{ groups: { versions: { groupVersion: string }[] }[] }>('/apis');
  const versions = groups.flatMap(({ versions: all }) => all.map(({ groupVersion }) => groupVersion));
  const found = new Map<string, { path: string; name: string; namespaced: boolean }>();
  for (const version of ['v1', ...versions]) {
    const path = version === 'v1' ? '/api/v1' : `/apis/${version}`;
    const { resources } = await client.read<{ resources: Resource[] }>(path);
    for (const { name, kind, namespaced } of resources) {
      if (!name.includes('/')) found.set(`${version}/${kind}`, { path, name, namespaced });
    }
  }
  return found;
}

/** The collection that an object belongs to. @throws Error when the server does not know its kind */
export function collectionOf(paths: ResourcePaths, object: KubernetesObject, namespace: string): string {
  const found = paths.get(`${object.apiVersion}/${object.kind}`);
  if (found === undefined) throw new Error(`The server knows no ${object.kind} of ${object.apiVersion}.`);
  return `${found.path}/${found.namespaced ? `namespaces/${namespace}/` : ''}${found.name}`;
}

/**
 * What the server does with an object, strictly as kubectl asks.
 * @param namespace an existing one, in which the object is looked at whatever it names itself
 * @param options `exists`: the object is there already, so this changes it. `forReal`: keeps an object that is accepted; in a
 *   dry run everything is checked but ports of nodes, which are not allocated then
 */
export async function judge(
  client: ApiClient,
  paths: ResourcePaths,
  object: KubernetesObject,
  namespace: string,
  { exists = false, forReal = false }: { exists?: boolean; forReal?: boolean } = {},
): Promise<Judgement> {
  const query = `fieldValidation=Strict${forReal ? '' : '&dryRun=All'}`;
  const collection = collectionOf(paths, object, namespace);
  const isNamespaced = paths.get(`${object.apiVersion}/${object.kind}`)?.namespaced === true;
  const placed = isNamespaced ? { ...object, metadata: { ...object.metadata, namespace } } : object;
  const { status, body } = exists
    ? await client.request('PATCH', `${collection}/${object.metadata.name}?${query}`, placed, mergePatch)
    : await client.request('POST', `${collection}?${query}`, placed);
  const { message = '', reason, details } = body as ApiStatus;
  // The server looks whether there is one of that name only after it has found the object sound.
  const accepted = status < 300 || reason === 'AlreadyExists';
  const fields = (details?.causes ?? []).flatMap(({ field }) => field ?? []);
  return accepted ? { accepted, message: '', fields: [] } : { accepted, message, fields };
}
