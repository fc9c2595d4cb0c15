import type { LogGroupClass } from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';

export type LogEvent = {
  /** Milliseconds since 1970. */
  timestamp: number;
  message: string;
  ingestionTime: number;
};

export type LogStream = { name: string; createdAt: Date; events: LogEvent[] };

export type LogGroup = {
  name: string;
  /** Without the `:*` that some answers add. */
  arn: string;
  createdAt: Date;
  retentionDays: number | undefined;
  kmsKeyId: string | undefined;
  logGroupClass: LogGroupClass;
  deletionProtected: boolean;
  tags: Record<string, string>;
  streams: Map<string, LogStream>;
};

/** Log groups of one region by name. */
export const logsState: StateKey<Map<string, LogGroup>> = { id: 'logs', create: () => new Map() };

/** API_PutRetentionPolicy.html, retentionInDays */
const RETENTION_DAYS: ReadonlySet<number> = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

/** @throws AwsError InvalidParameterException for a number of days that CloudWatch Logs does not offer */
export function checkRetention(days: number): number {
  if (!RETENTION_DAYS.has(days)) {
    throw new AwsError('InvalidParameterException', `${days} is not a valid retention period in days.`);
  }
  return days;
}

/**
 * A group by its name or ARN.
 * @throws AwsError ResourceNotFoundException
 */
export function findLogGroup(world: AwsWorld, region: string, nameOrArn: string | undefined): LogGroup {
  const name = (nameOrArn ?? '').replace(/^arn:[^:]+:logs:[^:]+:\d{12}:log-group:/, '').replace(/:\*$/, '');
  const group = world.state(logsState, region).get(name);
  if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

/** @throws AwsError ResourceNotFoundException */
export function findLogStream(group: LogGroup, name: string | undefined): LogStream {
  const stream = group.streams.get(name ?? '');
  if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

/**
 * API_CreateLogGroup.html
 * @throws AwsError ResourceAlreadyExistsException, InvalidParameterException
 */
export function makeLogGroup(
  world: AwsWorld,
  region: string,
  settings: Pick<LogGroup, 'name'> &
    Partial<Pick<LogGroup, 'kmsKeyId' | 'logGroupClass' | 'deletionProtected' | 'tags'>>,
): LogGroup {
  const { name } = settings;
  const groups = world.state(logsState, region);
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
    throw new AwsError('InvalidParameterException', `The log group name ${name} is not valid.`);
  }
  if (groups.has(name)) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  const group: LogGroup = {
    name,
    arn: `arn:aws:logs:${region}:${world.accountId}:log-group:${name}`,
    createdAt: world.clock.now(),
    retentionDays: undefined,
    kmsKeyId: settings.kmsKeyId,
    logGroupClass: settings.logGroupClass ?? 'STANDARD',
    deletionProtected: settings.deletionProtected ?? false,
    tags: settings.tags ?? {},
    streams: new Map(),
  };
  groups.set(name, group);
  return group;
}

/** @throws AwsError ResourceNotFoundException, ValidationException while the group is protected */
export function removeLogGroup(world: AwsWorld, region: string, name: string | undefined): void {
  const group = findLogGroup(world, region, name);
  if (group.deletionProtected) {
    throw new AwsError('ValidationException', `The log group ${group.name} has deletion protection enabled.`);
  }
  world.state(logsState, region).delete(group.name);
}

/** @throws AwsError ResourceAlreadyExistsException */
export function makeLogStream(world: AwsWorld, group: LogGroup, name: string): LogStream {
  if (group.streams.has(name)) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
  }
  const stream: LogStream = { name, createdAt: world.clock.now(), events: [] };
  group.streams.set(name, stream);
  return stream;
}

/**
 * Writes lines as an AWS service does that makes its log group and stream when they do not exist (CodeBuild, Lambda).
 * @param lines with timestamps in milliseconds since 1970
 */
export function writeLogLines(
  world: AwsWorld,
  log: { region: string; group: string; stream: string },
  lines: readonly { timestamp: number; message: string }[],
): void {
  const group =
    world.state(logsState, log.region).get(log.group) ?? makeLogGroup(world, log.region, { name: log.group });
  const stream = group.streams.get(log.stream) ?? makeLogStream(world, group, log.stream);
  appendEvents(world, stream, lines);
}

/** Events are kept in the order of their timestamps. */
export function appendEvents(
  world: AwsWorld,
  stream: LogStream,
  events: readonly { timestamp: number; message: string }[],
): void {
  const ingestionTime = world.clock.now().getTime();
  stream.events.push(...events.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime })));
  stream.events.sort((one, other) => one.timestamp - other.timestamp);
}

/** Bytes as CloudWatch Logs counts them: the message and 26 for each event (API_PutLogEvents.html). */
export const storedBytes = (events: readonly LogEvent[]): number =>
  events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0);
