/** One run of a pipeline. */
export type PipelineExecution = {
  id: string;
  status: 'Cancelled' | 'InProgress' | 'Stopped' | 'Stopping' | 'Succeeded' | 'Superseded' | 'Failed';
  startedAt: Date;
  updatedAt: Date;
  /** Commit ids by source action; empty until the source stage has run. */
  commits: Record<string, string>;
};

/** The action that made an execution fail. */
export type FailedAction = {
  stage: string;
  action: string;
  message: string;
  /** The CodeBuild build behind it, if it was one. */
  buildId?: string;
};

/** What the verbs need of AWS CodePipeline. */
export type Pipelines = {
  /** Names of the stages in order, or undefined when there is no such pipeline. */
  findStages(pipeline: string): Promise<string[] | undefined>;
  /** Newest first, at most `limit`; empty when there is no such pipeline. */
  recentExecutions(pipeline: string, limit: number): Promise<PipelineExecution[]>;
  findExecution(pipeline: string, executionId: string): Promise<PipelineExecution | undefined>;
  /** Starts it for exactly that commit of the source action. @returns the execution's id */
  start(pipeline: string, source: { action: string; commit: string }, requestToken: string): Promise<string>;
  /** Abandons what is at work; an execution that has ended meanwhile is no error. */
  stop(pipeline: string, executionId: string, reason: string): Promise<void>;
  /** Nothing enters the stage any more. */
  closeStage(pipeline: string, stage: string, reason: string): Promise<void>;
  findFailedAction(pipeline: string, executionId: string): Promise<FailedAction | undefined>;
};
