import type { StepActivity } from '../step/activity.ts';

/** A call of a published action: its inputs with defaults, as text. */
export type BuiltInCall = {
  activity: StepActivity;
  /** The step's name, for a clean-up step. */
  label: string;
  input(name: string): string;
  /** A true or false input. */
  flag(name: string): boolean;
};

/** The sandbox's stand-in for a published action. */
export type BuiltInAction = {
  /** Inputs it knows, with their defaults; setting any other is an error. */
  inputs: Readonly<Record<string, string>>;
  /** @throws StepFailure when the step fails */
  run(call: BuiltInCall): Promise<void>;
};
