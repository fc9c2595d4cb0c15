import { randomUUID } from 'node:crypto';
import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import type { StateKey } from '../../world.ts';
import { roleByArn } from '../iam/iam-state.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { trustsService } from '../sts/role-trust.ts';

export type LambdaFunction = {
  name: string;
  arn: string;
  properties: Record<string, unknown>;
  /** By statement id. */
  permissions: Map<string, { action: string; principal: string; sourceArn: string | undefined }>;
  tags: Record<string, string>;
};

/** Functions of one region by name. They are stored, not run. */
export const lambdaState: StateKey<Map<string, LambdaFunction>> = { id: 'lambda', create: () => new Map() };

/** Runtimes that new functions can use (lambda/latest/dg/lambda-runtimes.html, "Supported runtimes"). */
const RUNTIMES: ReadonlySet<string> = new Set([
  ...['nodejs22.x', 'nodejs24.x', 'python3.10', 'python3.11', 'python3.12', 'python3.13', 'python3.14'],
  ...['java11', 'java17', 'java21', 'java25', 'dotnet8', 'dotnet10', 'ruby3.2', 'ruby3.3', 'ruby3.4'],
  ...['provided.al2', 'provided.al2023'],
]);

/** AWS::Lambda::Function Code, ZipFile: "up to 4 MB" of source text. */
const INLINE_CODE_BYTES = 4 * 1024 * 1024;

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);

function checkFunction({ world, properties }: CreateRequest | UpdateRequest): void {
  const { Runtime, Handler, Role, Code, Timeout, MemorySize, PackageType = 'Zip' } = properties;
  const code = Code as { ZipFile?: unknown } | undefined;
  if (PackageType === 'Zip' && (Runtime === undefined || Handler === undefined)) {
    throw invalid('Runtime and Handler are mandatory parameters for functions created with deployment packages.');
  }
  if (PackageType === 'Zip' && !RUNTIMES.has(String(Runtime))) {
    throw invalid(
      `The runtime parameter of ${Runtime} is no longer supported for creating or updating AWS Lambda functions.`,
    );
  }
  if (typeof code?.ZipFile === 'string') {
    if (!/^(nodejs|python)/.test(String(Runtime))) {
      throw invalid('ZipFile can only be used when Runtime is set to a Node.js or Python runtime.');
    }
    if (Buffer.byteLength(code.ZipFile) > INLINE_CODE_BYTES) throw invalid('The inline code is larger than 4096 KB.');
  }
  checkRange('timeout', Number(Timeout ?? 3), 1, 900);
  checkRange('memorySize', Number(MemorySize ?? 128), 128, 10_240);
  const role = roleByArn(world, String(Role));
  if (!role || !trustsService(role, 'lambda.amazonaws.com', {})) {
    throw invalid('The role defined for the function cannot be assumed by Lambda.');
  }
}

function checkRange(field: string, value: number, minimum: number, maximum: number): void {
  if (value >= minimum && value <= maximum) return;
  throw invalid(`Value '${value}' at '${field}' failed to satisfy constraint: Member must be ${minimum} to ${maximum}`);
}

function createFunction(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  checkFunction(request);
  const functions = world.state(lambdaState, region);
  const { FunctionName } = properties;
  const name = FunctionName === undefined ? request.generateName({ maxLength: 64 }) : String(FunctionName);
  if (functions.has(name)) throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, 409);
  const arn = `arn:aws:lambda:${region}:${world.accountId}:function:${name}`;
  const created: LambdaFunction = { name, arn, properties, permissions: new Map(), tags: {} };
  functions.set(name, created);
  created.tags = mergeResourceTags(properties['Tags'], request.stackTags);
  return { physicalId: name, attributes: { Arn: arn } };
}

function updateFunction(request: UpdateRequest): ResourceState {
  checkFunction(request);
  const found = findFunction(request, request.physicalId);
  found.properties = request.properties;
  found.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  return { physicalId: found.name, attributes: { Arn: found.arn } };
}

const deleteFunction = ({ world, region, physicalId }: ExistingRequest): void => {
  world.state(lambdaState, region).delete(physicalId);
};

function findFunction({ world, region }: CreateRequest | UpdateRequest, nameOrArn: string): LambdaFunction {
  const found = [...world.state(lambdaState, region).values()].find(
    ({ name, arn }) => name === nameOrArn || arn === nameOrArn,
  );
  if (found) return found;
  const arn = `arn:aws:lambda:${region}:${world.accountId}:function:${nameOrArn}`;
  throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}

function createPermission(request: CreateRequest): ResourceState {
  const { FunctionName, Action, Principal, SourceArn } = request.properties;
  const target = findFunction(request, String(FunctionName));
  const id = `${request.stackName}-${request.logicalId}-${randomUUID().slice(0, 12)}`;
  target.permissions.set(id, {
    action: String(Action),
    principal: String(Principal),
    sourceArn: SourceArn === undefined ? undefined : String(SourceArn),
  });
  return { physicalId: id, attributes: { Id: id } };
}

const deletePermission = ({ world, region, physicalId }: ExistingRequest): void => {
  for (const { permissions } of world.state(lambdaState, region).values()) permissions.delete(physicalId);
};

/** The CloudFormation types of AWS Lambda that the sandbox has. */
export const lambdaResourceTypes: ResourceType[] = [
  {
    type: 'AWS::Lambda::Function',
    seconds: { create: 8, update: 8, delete: 3 },
    create: createFunction,
    update: updateFunction,
    // The code is write-only (schema of AWS::Lambda::Function, `writeOnlyProperties`).
    read({ world, region, physicalId }) {
      const found = world.state(lambdaState, region).get(physicalId);
      if (found === undefined) return undefined;
      const { Code: _, ...properties } = found.properties;
      return properties;
    },
    delete: deleteFunction,
  },
  {
    // Every property is a replacement.
    type: 'AWS::Lambda::Permission',
    seconds: { create: 3, update: 3, delete: 3 },
    create: createPermission,
    read: ({ world, region, physicalId }) =>
      [...world.state(lambdaState, region).values()].some(({ permissions }) => permissions.has(physicalId))
        ? {}
        : undefined,
    delete: deletePermission,
  },
];
