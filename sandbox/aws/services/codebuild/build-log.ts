import type { AwsWorld } from '../../world.ts';
import { writeLogLines } from '../logs/logs-state.ts';

/** The log of one build, in CloudWatch Logs. */
export type BuildLog = {
  /** Adds output as it comes from a command; it is cut into lines. */
  write(text: string): void;
  /** Adds a line of CodeBuild itself, with its `[Container]` prefix and time. */
  note(message: string): void;
  /** Sends what was added so far. */
  flush(): void;
};

/**
 * @param options.group log group; made if it does not exist, as CodeBuild does
 * @param options.enabled false when the project's LogsConfig disables CloudWatch Logs: everything is dropped
 */
export function openBuildLog(
  world: AwsWorld,
  options: { region: string; group: string; stream: string; enabled: boolean },
): BuildLog {
  let lines: { timestamp: number; message: string }[] = [];
  let rest = '';
  const add = (message: string): void => {
    lines.push({ timestamp: world.clock.now().getTime(), message: `${message}\n` });
  };
  const endLine = (): void => {
    if (rest !== '') add(rest);
    rest = '';
  };
  return {
    write(text) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) add(part);
    },
    note(message) {
      endLine();
      add(`[Container] ${stamp(world.clock.now())} ${message}`);
    },
    flush() {
      endLine();
      const batch = lines;
      lines = [];
      if (options.enabled && batch.length > 0) writeLogLines(world, options, batch);
    },
  };
}

/** CodeBuild's own time format: `2026/11/23 05:40:00.123456`. */
function stamp(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split('T');
  return `${date.replaceAll('-', '/')} ${clock.replace('Z', '000')}`;
}
