import type {
  CreateLogStreamCommandInput,
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput,
  FilteredLogEvent,
  FilterLogEventsCommandInput,
  FilterLogEventsCommandOutput,
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import {
  appendEvents,
  findLogGroup,
  findLogStream,
  type LogEvent,
  type LogStream,
  makeLogStream,
} from './logs-state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** API_GetLogEvents.html and API_FilterLogEvents.html: at most 10,000 events a page. */
const PAGE = 10_000;

function createLogStream(input: CreateLogStreamCommandInput, { world, region }: CallContext): object {
  makeLogStream(world, findLogGroup(world, region, input.logGroupName), input.logStreamName ?? '');
  return {};
}

function describeLogStreams(
  input: DescribeLogStreamsCommandInput,
  { world, region }: CallContext,
): Output<DescribeLogStreamsCommandOutput> {
  const group = findLogGroup(world, region, input.logGroupName ?? input.logGroupIdentifier);
  const streams = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
    .sort((one, other) => order(input, one, other));
  if (input.descending) streams.reverse();
  const { page, nextToken } = tokenPage(streams, {
    size: input.limit ?? 50,
    token: input.nextToken,
    errorCode: 'InvalidParameterException',
  });
  return {
    logStreams: page.map(({ name, createdAt, events }) => ({
      logStreamName: name,
      creationTime: createdAt.getTime(),
      arn: `${group.arn}:log-stream:${name}`,
      storedBytes: 0,
      ...(events.length === 0
        ? {}
        : {
            firstEventTimestamp: events[0]?.timestamp,
            lastEventTimestamp: events.at(-1)?.timestamp,
            lastIngestionTime: events.at(-1)?.ingestionTime,
          }),
    })),
    ...(nextToken ? { nextToken } : {}),
  };
}

function order(input: DescribeLogStreamsCommandInput, one: LogStream, other: LogStream): number {
  if (input.orderBy === 'LastEventTime') {
    return (one.events.at(-1)?.timestamp ?? 0) - (other.events.at(-1)?.timestamp ?? 0);
  }
  return one.name < other.name ? -1 : 1;
}

function putLogEvents(
  input: PutLogEventsCommandInput,
  { world, region }: CallContext,
): Output<PutLogEventsCommandOutput> {
  const stream = findLogStream(findLogGroup(world, region, input.logGroupName), input.logStreamName);
  const events = (input.logEvents ?? []).map(({ timestamp = 0, message = '' }) => ({ timestamp, message }));
  if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0))) {
    throw new AwsError(
      'InvalidParameterException',
      'Log events in a single PutLogEvents request must be in chronological order.',
    );
  }
  appendEvents(world, stream, events);
  return { nextSequenceToken: String(stream.events.length) };
}

/**
 * One page of a stream, from its end unless `startFromHead`. Tokens hold a position: `f/N` goes on after it, `b/N`
 * before it; at an end the token comes back unchanged (API_GetLogEvents.html).
 */
function getLogEvents(
  input: GetLogEventsCommandInput,
  { world, region }: CallContext,
): Output<GetLogEventsCommandOutput> {
  const group = findLogGroup(world, region, input.logGroupName ?? input.logGroupIdentifier);
  const events = findLogStream(group, input.logStreamName).events.filter((event) => isWithin(event, input));
  const limit = input.limit ?? PAGE;
  const token = /^([fb])\/(\d+)$/.exec(input.nextToken ?? (input.startFromHead ? 'f/0' : `b/${events.length}`));
  if (!token) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  const position = Number(token[2]);
  const [from, to] = token[1] === 'f' ? [position, position + limit] : [Math.max(0, position - limit), position];
  const page = events.slice(from, to);
  return {
    events: page.map((event) => ({ ...event })),
    nextForwardToken: `f/${Math.min(to, events.length)}`,
    nextBackwardToken: `b/${from}`,
  };
}

/** Events of all or some streams, oldest first; the pattern may be plain words, all of which must occur. */
function filterLogEvents(
  input: FilterLogEventsCommandInput,
  { world, region }: CallContext,
): Output<FilterLogEventsCommandOutput> {
  const group = findLogGroup(world, region, input.logGroupName ?? input.logGroupIdentifier);
  const words = filterWords(input.filterPattern);
  const streams = input.logStreamNames
    ? input.logStreamNames.map((name) => findLogStream(group, name))
    : [...group.streams.values()].filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''));
  const matching = streams
    .flatMap((stream) => stream.events.map((event, index) => filtered(stream, event, index)))
    .filter((event) => isWithin(event, input) && words.every((word) => event.message?.includes(word)))
    .sort((one, other) => (one.timestamp ?? 0) - (other.timestamp ?? 0));
  const { page, nextToken } = tokenPage(matching, {
    size: input.limit ?? PAGE,
    token: input.nextToken,
    errorCode: 'InvalidParameterException',
  });
  return { events: page, searchedLogStreams: [], ...(nextToken ? { nextToken } : {}) };
}

const filtered = (stream: LogStream, event: LogEvent, index: number): FilteredLogEvent => ({
  logStreamName: stream.name,
  eventId: `${stream.name}/${index}`,
  ...event,
});

function filterWords(pattern: string | undefined): string[] {
  const text = (pattern ?? '').trim();
  if (/[{}[\]?%$-]/.test(text)) {
    throw new AwsError('NotImplemented', `The sandbox does not support the filter pattern ${text}.`, 501);
  }
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

const isWithin = (
  event: { timestamp?: number | undefined },
  range: { startTime?: number | undefined; endTime?: number | undefined },
): boolean =>
  (event.timestamp ?? 0) >= (range.startTime ?? 0) &&
  (event.timestamp ?? 0) < (range.endTime ?? Number.POSITIVE_INFINITY);

/** CloudWatch Logs' operations on streams and events. */
export const logEventOperations = {
  CreateLogStream: createLogStream,
  DescribeLogStreams: describeLogStreams,
  PutLogEvents: putLogEvents,
  GetLogEvents: getLogEvents,
  FilterLogEvents: filterLogEvents,
} satisfies Record<string, Operation>;
