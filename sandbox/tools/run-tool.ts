/** What a stand-in gets from the shell that runs it. */
export type ToolInput = {
  /** Without the program's own name. */
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** Current folder. */
  folder: string;
  /** All of standard input as text; only read when asked for. */
  stdin(): Promise<string>;
  stdout(text: string): void;
  stderr(text: string): void;
};

/** A command-line program: resolves with its exit status. */
export type Tool = (input: ToolInput) => Promise<number>;

/** The program refuses or fails: the message goes to standard error as it is. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly status: number;

  /** @param status exit status, not 0 */
  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

/** Runs a stand-in as this process and ends with its exit status. */
export async function runTool(tool: Tool): Promise<void> {
  process.exitCode = await runToolWith(tool, {
    args: process.argv.slice(2),
    env: process.env,
    folder: process.cwd(),
    stdin: readStandardInput,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
  });
}

/** @returns the exit status; a `ToolError` has become a message on standard error */
export async function runToolWith(tool: Tool, input: ToolInput): Promise<number> {
  try {
    return await tool(input);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    input.stderr(`${error.message}\n`);
    return error.status;
  }
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * Waits as long as the real program would work, on the sandbox's clock, which `SANDBOX_CLOCK_URL` serves. Without the variable
 * it does not wait.
 * @param seconds virtual
 */
export async function takeTime(env: ToolInput['env'], seconds: number): Promise<void> {
  const url = env['SANDBOX_CLOCK_URL'];
  if (url === undefined) return;
  const answer = await fetch(`${url}/?seconds=${seconds}`);
  if (!answer.ok) throw new ToolError(`The sandbox's clock answered ${answer.status}.`);
}
