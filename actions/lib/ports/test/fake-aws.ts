import { type Failure, toFailure } from '../../failure.ts';
import type {
  AwsPorts,
  Build,
  BuildRequest,
  LiveProperties,
  PipelineExecution,
  Presence,
  Reading,
  Snapshot,
  Tag,
  UserPool,
  Volume,
} from '../aws-ports.ts';
import type { Reporter } from '../reporter.ts';
import { FakeCloudFormation } from './fake-cloudformation.ts';
import { FakeRecords } from './fake-records.ts';

/** One AWS account in memory, as far as the ports see it. Tests read and change its members. */
export class FakeAws {
  readonly cloudFormation = new FakeCloudFormation();
  readonly records = new FakeRecords(() => this.tick());
  accountId = '111122223333';
  executions: Record<string, PipelineExecution[]> = {};
  builds: (Build & { project: string })[] = [];
  /** How the next build of this phase ends; `SUCCEEDED` when not set. */
  buildEnds: Record<string, Build['status']> = {};
  images = new Map<string, Set<string>>();
  /** What builds of a project push when they succeed, tagged with the commit's first seven characters. */
  pushes: Record<string, { repositories: readonly string[] }> = {};
  volumes: Volume[] = [];
  snapshots: Snapshot[] = [];
  buckets = new Map<string, number>();
  repositories = new Map<string, string>();
  logGroups = new Map<string, number>();
  pools = new Map<string, Omit<UserPool, 'id'>>();
  clusters = new Map<string, { status: string; deletionProtection: boolean; vpcId: string | undefined }>();
  taggedArns: string[] = [];
  closedStages: string[] = [];
  /** What services say about resources that this fake keeps no list of: `TYPE PHYSICAL-ID`. */
  presence = new Map<string, Presence | Error>();
  /** Properties that services tell of a resource: `TYPE PHYSICAL-ID`. */
  live = new Map<string, LiveProperties>();
  /** The image that AWS recommends. */
  machineImage = 'ami-00000000000000001';
  calls = 0;
  time = Date.parse('2026-11-23T13:00:00Z');

  /** The ports, counting every call. */
  ports(): AwsPorts {
    // What CloudFormation finds of a resource is what the resource's service says.
    this.cloudFormation.presenceOf = (type, id) => this.#check(type, id);
    const ports: Omit<AwsPorts, 'callCount'> = {
      account: this.#account(),
      cloudFormation: this.cloudFormation,
      pipelines: this.#pipelines(),
      builds: this.#builds(),
      buckets: {
        exists: async (bucket) => this.buckets.has(bucket),
        empty: async (bucket) => this.#empty(bucket),
      },
      images: this.#images(),
      clusters: {
        find: async (name) => this.clusters.get(name),
        defaultAddonVersion: async () => 'v1.0.0-eksbuild.1',
        hasAddonVersion: async () => true,
        versionSupport: async () => 'standard',
        allowDeletion: async (name) => {
          const cluster = this.clusters.get(name);
          if (cluster !== undefined) cluster.deletionProtection = false;
        },
      },
      machineImages: { recommended: async () => this.machineImage },
      volumes: this.#volumes(),
      userPools: this.#userPools(),
      repositories: this.#repositories(),
      logGroups: {
        find: async (name) => {
          const storedBytes = this.logGroups.get(name);
          return storedBytes === undefined ? undefined : { name, arn: name, storedBytes };
        },
        lastLines: async () => [],
        delete: async (name) => void this.logGroups.delete(name),
      },
      tagging: { findArns: async () => this.taggedArns },
      records: this.records,
      existence: {
        check: async ({ type, physicalId }) => this.#check(type, physicalId),
        readAll: async (resources) => resources.map(({ type, physicalId }) => this.#readOrFail(type, physicalId)),
      },
    };
    return { ...this.#counted(ports), callCount: () => this.calls };
  }

  addExecution(pipeline: string, commit: string | undefined, status: PipelineExecution['status']): PipelineExecution {
    const execution: PipelineExecution = {
      id: `${pipeline}-${this.executions[pipeline]?.length ?? 0}`,
      status,
      startedAt: this.tick(),
      updatedAt: this.tick(),
      commits: commit === undefined ? {} : { Source: commit },
    };
    this.executions[pipeline] = [execution, ...(this.executions[pipeline] ?? [])];
    return execution;
  }

  tick(): Date {
    this.time += 1000;
    return new Date(this.time);
  }

  #account(): AwsPorts['account'] {
    return {
      identity: async () => ({ accountId: this.accountId, arn: `arn:aws:sts::${this.accountId}:assumed-role/x/y` }),
      certificate: async (arn) => ({ arn, status: 'ISSUED', names: ['*.example.org'] }),
      mailAccount: async () => ({ productionAccess: true, sendingEnabled: true }),
      mailIdentity: async () => ({ verified: true }),
      secretExists: async () => true,
      policyDocument: async () => '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}',
      offeredInstanceTypes: async (types) => [...types],
      virtualCpus: async (types) => Object.fromEntries(types.map((type) => [type, 4])),
      networkUse: async () => ({ vpcs: 1, addresses: 0, clusters: [], loadBalancers: [] }),
      natGateways: async () => 0,
      zones: async () => ['a', 'b', 'c'].map((letter) => ({ name: `us-west-2${letter}`, id: letter, isUsable: true })),
      role: async (name) => ({ trust: trustIn(name.replace('opensarlab-', '')), tags: {} }),
      audiencesOf: async () => ['sts.amazonaws.com'],
      quota: async () => 1000,
      costTagStatus: async () => 'Active',
    };
  }

  #pipelines(): AwsPorts['pipelines'] {
    const find = (pipeline: string, id: string): PipelineExecution | undefined =>
      this.executions[pipeline]?.find((execution) => execution.id === id);
    return {
      findStages: async (pipeline) => (this.executions[pipeline] === undefined ? undefined : ['Source', 'Build']),
      recentExecutions: async (pipeline, limit) => structuredClone((this.executions[pipeline] ?? []).slice(0, limit)),
      findExecution: async (pipeline, id) => {
        const execution = find(pipeline, id);
        const seen = structuredClone(execution);
        if (execution?.status === 'InProgress')
          Object.assign(execution, { status: 'Succeeded', updatedAt: this.tick() });
        return seen;
      },
      start: async (pipeline, { commit }) => this.addExecution(pipeline, commit, 'InProgress').id,
      stop: async (pipeline, id) => {
        const execution = find(pipeline, id);
        if (execution !== undefined) execution.status = 'Stopped';
      },
      closeStage: async (pipeline, stage) => void this.closedStages.push(`${pipeline}/${stage}`),
      findFailedAction: async () => ({ stage: 'Build', action: 'Images', message: 'Build terminated', buildId: 'b-0' }),
    };
  }

  #builds(): AwsPorts['builds'] {
    return {
      projectExists: async () => true,
      start: async (request) => this.#startBuild(request),
      find: async (id) => this.builds.find((build) => build.id === id),
      recent: async (project) => this.builds.filter((build) => build.project === project).reverse(),
      stop: async (id) => {
        const build = this.builds.find((found) => found.id === id);
        if (build !== undefined) build.status = 'STOPPED';
      },
    };
  }

  #startBuild({ project, environment, source }: BuildRequest): string {
    const id = `${project}:${this.builds.length}`;
    const status = this.buildEnds[environment.PHASE ?? ''] ?? 'SUCCEEDED';
    const failedPhase = {
      failedPhase: { name: 'BUILD', message: 'exit status 1' },
      logUrl: 'https://logs.example.org',
    };
    const build: Build = {
      id,
      status,
      startedAt: this.tick(),
      finishedAt: this.tick(),
      commit: source.commit,
      environment,
      ...(status === 'SUCCEEDED' ? {} : failedPhase),
    };
    this.builds.push({ ...build, project });
    if (status === 'SUCCEEDED') this.push(project, source.commit);
    return id;
  }

  push(project: string, commit: string): void {
    for (const repository of this.pushes[project]?.repositories ?? []) {
      this.images.set(repository, new Set([...(this.images.get(repository) ?? []), commit.slice(0, 7)]));
    }
  }

  #images(): AwsPorts['images'] {
    return {
      list: async (namespace) =>
        [...this.images.keys()].filter((name) => name.startsWith(`${namespace}/`)).map((name) => ({ name, arn: name })),
      findImage: async (repository, tag) =>
        this.images.get(repository)?.has(tag) ? { digest: `sha256:${repository}` } : undefined,
      empty: async (repository) => {
        const images = this.images.get(repository);
        const count = images?.size ?? 0;
        images?.clear();
        return count;
      },
      delete: async (repository) => void this.images.delete(repository),
    };
  }

  #volumes(): AwsPorts['volumes'] {
    const tagged = <T extends { tags: Record<string, string> }>(items: T[], { key, value }: Tag): T[] =>
      structuredClone(items.filter(({ tags }) => tags[key] === value));
    return {
      find: async (tag) => tagged(this.volumes, tag),
      findSnapshots: async (tag) => tagged(this.snapshots, tag),
      createSnapshot: async (volumeId, _description, tags) => {
        const id = `snap-${this.snapshots.length}`;
        const made = {
          id,
          arn: `arn:aws:ec2:us-west-2::snapshot/${id}`,
          volumeId,
          state: 'completed',
          sizeGib: 100,
          tags,
        };
        this.snapshots.push(made);
        return made;
      },
      delete: async (id) => {
        this.volumes = this.volumes.filter((volume) => volume.id !== id);
      },
      deleteSnapshot: async (id) => {
        this.snapshots = this.snapshots.filter((snapshot) => snapshot.id !== id);
      },
      findUnusedInterfaces: async () => [],
      deleteInterface: async () => undefined,
    };
  }

  #userPools(): AwsPorts['userPools'] {
    return {
      find: async (id) => {
        const pool = this.pools.get(id);
        return pool === undefined ? undefined : { id, ...pool };
      },
      findByName: async (name) => [...this.pools].flatMap(([id, pool]) => (pool.name === name ? [id] : [])),
      provideUser: async () => 'changed',
      closeSignUp: async (id) => void Object.assign(this.pools.get(id) ?? {}, { signUpClosed: true }),
      allowDeletion: async (id) => void Object.assign(this.pools.get(id) ?? {}, { deletionProtection: false }),
    };
  }

  #repositories(): AwsPorts['repositories'] {
    const describe = (name: string) => ({ name, arn: name, cloneUrl: `https://git.example.org/v1/repos/${name}` });
    return {
      find: async (name) => (this.repositories.has(name) ? describe(name) : undefined),
      create: async (name) => {
        this.repositories.set(name, '');
        return describe(name);
      },
      branchHead: async (name) => this.repositories.get(name),
      delete: async (name) => void this.repositories.delete(name),
      list: async () => [...this.repositories.keys()],
    };
  }

  #empty(bucket: string): number {
    const count = this.buckets.get(bucket) ?? 0;
    if (this.buckets.has(bucket)) this.buckets.set(bucket, 0);
    return count;
  }

  #readOrFail(type: string, id: string): Reading | Failure {
    try {
      return { presence: this.#check(type, id), live: this.live.get(`${type} ${id}`) ?? {} };
    } catch (error) {
      return toFailure(error);
    }
  }

  #check(type: string, id: string): Presence {
    const told = this.presence.get(`${type} ${id}`);
    if (told instanceof Error) throw told;
    if (told !== undefined) return told;
    if (!type.startsWith('AWS::')) return 'unverifiable';
    const lists: Record<string, { has: (key: string) => boolean }> = {
      'AWS::S3::Bucket': this.buckets,
      'AWS::CodeCommit::Repository': this.repositories,
      'AWS::ECR::Repository': this.images,
      'AWS::Logs::LogGroup': this.logGroups,
      'AWS::Cognito::UserPool': this.pools,
      'AWS::EKS::Cluster': this.clusters,
      'AWS::EC2::Volume': new Set(this.volumes.map((volume) => volume.id)),
      'AWS::EC2::Snapshot': new Set(this.snapshots.map((snapshot) => snapshot.id)),
    };
    return lists[type]?.has(id) ? 'exists' : 'gone';
  }

  /** The same ports; every call of a method adds to `calls`. */
  #counted<T extends object>(ports: T): T {
    const count = <O extends object>(port: O): O =>
      new Proxy(port, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => {
            this.calls += 1;
            return Reflect.apply(member, target, args);
          };
        },
      });
    return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, count(port)])) as T;
  }
}

/** A reporter that keeps what it is told. */
export function quietReporter(): Reporter & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    info: (message) => void lines.push(message),
    warning: (message) => void lines.push(`warning: ${message}`),
    diagnostic: ({ message }) => void lines.push(message),
    summary: () => undefined,
    secret: () => undefined,
  };
}

/** The trust policy of a role that jobs of an environment take on. */
function trustIn(environment: string): string {
  const issuer = 'token.actions.githubusercontent.com';
  const Principal = { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` };
  const StringEquals = { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:environment`]: environment };
  return JSON.stringify({ Statement: [{ Effect: 'Allow', Principal, Condition: { StringEquals } }] });
}
