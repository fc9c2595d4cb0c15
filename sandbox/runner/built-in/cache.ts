import { isAbsolute, relative, resolve } from 'node:path';
import { type CacheScope, type CacheStore, createCacheStore } from '../files/cache-store.ts';
import { StepFailure } from '../step/activity.ts';
import type { BuiltInAction, BuiltInCall } from './built-in-action.ts';

const INPUTS = {
  path: '',
  key: '',
  'restore-keys': '',
  enablecrossosarchive: 'false',
  'fail-on-cache-miss': 'false',
  'lookup-only': 'false',
  'upload-chunk-size': '',
};

/** `actions/cache/restore` (github.com/actions/cache, README and action.yml). */
export const RESTORE_CACHE: BuiltInAction = {
  inputs: INPUTS,
  run: async (call) => {
    await restore(call);
  },
};

/** `actions/cache/save` */
export const SAVE_CACHE: BuiltInAction = { inputs: INPUTS, run: (call) => save(call, call.activity.recorder.write) };

/** `actions/cache`: restores now; when the key itself was not found, saves after a successful job. */
export const CACHE: BuiltInAction = {
  inputs: INPUTS,
  run: async (call) => {
    const hit = await restore(call);
    if (hit === call.input('key')) return;
    call.activity.session.postSteps.push({
      name: `Post ${call.label}`,
      condition: 'success()',
      contextName: call.activity.definition.contextName,
      run: async ({ recorder }) => {
        await save(call, recorder.write);
        return 'success';
      },
    });
  },
};

/** @returns the key that was found */
async function restore(call: BuiltInCall): Promise<string | undefined> {
  const key = requiredKey(call);
  const restoreKeys = lines(call.input('restore-keys'));
  const store = cacheStore(call);
  const found = await store.find(cacheScope(call), paths(call), key, restoreKeys);
  const { outputs, recorder } = call.activity;
  outputs.set('cache-primary-key', key);
  if (!found) {
    if (call.flag('fail-on-cache-miss')) {
      throw new StepFailure(`Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: ${key}`);
    }
    recorder.write(`Cache not found for input keys: ${[key, ...restoreKeys].join(', ')}`);
    return undefined;
  }
  if (!call.flag('lookup-only')) await store.restore(found, call.activity.session.folders.workspace);
  outputs.set('cache-matched-key', found.key);
  outputs.set('cache-hit', String(found.key === key));
  recorder.write(`Cache restored from key: ${found.key}`);
  return found.key;
}

async function save(call: BuiltInCall, write: (text: string) => void): Promise<void> {
  const key = requiredKey(call);
  const { workspace } = call.activity.session.folders;
  const saved = await cacheStore(call).save(cacheScope(call), paths(call), key, workspace);
  write(saved ? `Cache saved with key: ${key}` : `Cache with key ${key} already exists; not saving cache.`);
}

/** A run finds caches of its own ref, of its base branch and of the default branch (dependency caching, "Restrictions"). */
function cacheScope(call: BuiltInCall): CacheScope {
  const { event } = call.activity.session.run;
  const repository = event.payload['repository'];
  const branch =
    typeof repository === 'object' && repository !== null ? Reflect.get(repository, 'default_branch') : undefined;
  const base = event.baseRef === undefined ? [] : [`refs/heads/${event.baseRef}`];
  return {
    repository: event.repository,
    ref: event.ref,
    readableRefs: [event.ref, ...base, ...(typeof branch === 'string' ? [`refs/heads/${branch}`] : [])],
  };
}

function cacheStore(call: BuiltInCall): CacheStore {
  return createCacheStore(resolve(call.activity.session.run.options.folder, 'caches'));
}

function requiredKey(call: BuiltInCall): string {
  const key = call.input('key');
  if (key === '') throw new StepFailure('Input required and not supplied: key');
  if (key.length > 512 || key.includes(',')) {
    throw new StepFailure(`Key Validation Error: ${key} cannot be larger than 512 characters or contain commas.`);
  }
  return key;
}

/** The paths to keep, below the workspace. */
function paths(call: BuiltInCall): string[] {
  const { workspace, home } = call.activity.session.folders;
  const listed = lines(call.input('path')).map((line) => line.replace(/^~(?=\/|$)/, home));
  if (listed.length === 0) throw new StepFailure('Input required and not supplied: path');
  return listed.map((line) => {
    if (/[*?[!]/.test(line))
      throw new StepFailure(`The sandbox's actions/cache does not support the pattern '${line}'.`);
    return isAbsolute(line) ? relative(workspace, line) : line;
  });
}

function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}
