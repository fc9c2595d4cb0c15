import { Failure } from '../../failure.ts';
import { fingerprintOutput } from '../../stacks/stack.ts';
import type { Presence } from '../aws-ports.ts';
import type {
  ChangeSetChange,
  ChangeSetRequest,
  ChangeSetSummary,
  CloudFormation,
  ResourceDrift,
  StackEvent,
  StackResource,
  StackState,
} from '../cloudformation.ts';

type FakeStack = {
  state: StackState;
  resources: StackResource[];
  events: StackEvent[];
  /** What becomes of it after so many more looks. */
  next?: { looks: number; finish: () => void };
};

/** A CloudFormation in memory. Operations end after a few looks; tests set what they find and what goes wrong. */
export class FakeCloudFormation implements CloudFormation {
  readonly stacks = new Map<string, FakeStack>();
  readonly changeSets = new Map<string, ChangeSetRequest & { stackId: string; createdAt: Date }>();
  /** Templates of stacks that the tests put here. */
  templates: Record<string, string> = {};
  /** Names of what was done, in order: `create sar-cluster`. */
  readonly log: string[] = [];
  /** Outputs that a stack of this name will have beside its fingerprint. */
  outputs: Record<string, Record<string, string>> = {};
  /** Changes that a change set of this stack shows. */
  changes: Record<string, ChangeSetChange[]> = {};
  /** What CloudFormation finds of a resource, by `STACK LOGICAL-ID`; otherwise it is in sync. */
  drift: Record<string, ResourceDrift> = {};
  /** Whether a resource's service has it. */
  presenceOf: (type: string, physicalId: string) => Presence = () => 'exists';
  /** Stacks of which a change set says that nothing is to be changed. */
  readonly unchanged = new Set<string>();
  /** Physical resources that a new stack of this name gets. */
  contents: Record<string, Pick<StackResource, 'type' | 'physicalId'>[]> = {};
  /** Reasons for which the next operation on a stack of this name fails. */
  failures: Record<string, string> = {};
  /** Why a stack cannot be deleted now, if it cannot: logical id and reason. */
  obstacle: (name: string) => { logicalId: string; reason: string } | undefined = () => undefined;
  /** Looks until an operation ends; Infinity never ends it. */
  looks = 2;
  #time = Date.parse('2026-11-23T12:00:00Z');
  #count = 0;
  readonly #executed = new Set<string>();

  /** Makes a stack in a state, as if it had come to it by itself. */
  put(name: string, status: string, fingerprint = '', endsIn?: string): FakeStack {
    const stack = this.#newStack(name, status);
    if (fingerprint !== '') stack.state.outputs = { ...this.outputs[name], [fingerprintOutput]: fingerprint };
    if (endsIn !== undefined) stack.next = { looks: 2, finish: () => this.#event(stack, endsIn) };
    return stack;
  }

  get(name: string): FakeStack | undefined {
    return [...this.stacks.values()].find(({ state }) => state.name === name && state.status !== 'DELETE_COMPLETE');
  }

  async findStack(nameOrId: string): Promise<StackState | undefined> {
    const stack = this.stacks.get(nameOrId) ?? this.get(nameOrId);
    if (stack?.next !== undefined) {
      stack.next.looks -= 1;
      if (stack.next.looks <= 0) {
        const { finish } = stack.next;
        delete stack.next;
        finish();
      }
    }
    return stack === undefined || (stack.state.status === 'DELETE_COMPLETE' && nameOrId === stack.state.name)
      ? undefined
      : structuredClone(stack.state);
  }

  async findDeletedStackId(name: string): Promise<string | undefined> {
    const deleted = [...this.stacks.values()].filter(
      ({ state }) => state.name === name && state.status === 'DELETE_COMPLETE',
    );
    return deleted.at(-1)?.state.id;
  }

  async createChangeSet(request: ChangeSetRequest): Promise<{ changeSetId: string; stackId: string }> {
    const found = this.get(request.stackName);
    if ((request.type === 'UPDATE') !== (found !== undefined && found.state.status !== 'REVIEW_IN_PROGRESS')) {
      throw new Failure({ code: 'ValidationError', source: 'aws', message: `Wrong type for ${request.stackName}` });
    }
    const stack = found ?? this.#newStack(request.stackName, 'REVIEW_IN_PROGRESS');
    this.#count += 1;
    const changeSetId = `change-set-${this.#count}`;
    this.changeSets.set(changeSetId, { ...request, stackId: stack.state.id, createdAt: this.#tick() });
    this.log.push(`change set ${request.stackName}`);
    return { changeSetId, stackId: stack.state.id };
  }

  async describeChangeSet(changeSetId: string): ReturnType<CloudFormation['describeChangeSet']> {
    const request = this.changeSets.get(changeSetId);
    if (request === undefined) throw new Failure({ code: 'ChangeSetNotFound', source: 'aws', message: changeSetId });
    if (this.unchanged.has(request.stackName)) {
      const statusReason = "The submitted information didn't contain changes.";
      return { status: 'FAILED', statusReason, executionStatus: 'UNAVAILABLE', changes: [] };
    }
    const added: ChangeSetChange = { logicalId: 'Thing', type: 'AWS::Logs::LogGroup', action: 'Add', details: [] };
    const changes = this.changes[request.stackName] ?? (request.type === 'CREATE' ? [added] : []);
    return { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE', changes };
  }

  async listChangeSets(nameOrId: string): Promise<ChangeSetSummary[]> {
    const id = (this.stacks.get(nameOrId) ?? this.get(nameOrId))?.state.id;
    return [...this.changeSets].flatMap(([changeSetId, { changeSetName, stackId, createdAt }]) => {
      const executionStatus = this.#executed.has(changeSetId) ? 'EXECUTE_COMPLETE' : 'AVAILABLE';
      const state = { status: 'CREATE_COMPLETE', executionStatus, createdAt };
      return stackId === id ? [{ id: changeSetId, name: changeSetName, ...state }] : [];
    });
  }

  async executeChangeSet(changeSetId: string): Promise<void> {
    const request = this.changeSets.get(changeSetId);
    const stack = request && this.stacks.get(request.stackId);
    if (request === undefined || stack === undefined) throw new Error(`no change set ${changeSetId}`);
    this.#executed.add(changeSetId);
    const verb = request.type === 'CREATE' ? 'CREATE' : 'UPDATE';
    this.log.push(`${verb.toLowerCase()} ${request.stackName}`);
    this.#event(stack, `${verb}_IN_PROGRESS`);
    stack.state.updatedAt = new Date(this.#time);
    this.#after(stack, () => {
      const reason = this.failures[request.stackName];
      if (reason !== undefined) return this.#fail(stack, verb, reason);
      const fingerprint = request.description.replace(/^.*fingerprint /, '');
      stack.state.outputs = { ...this.outputs[request.stackName], [fingerprintOutput]: fingerprint };
      stack.state.parameters = request.parameters;
      this.#fill(stack);
      this.#event(stack, `${verb}_COMPLETE`);
    });
  }

  async deleteChangeSet(changeSetId: string): Promise<void> {
    this.changeSets.delete(changeSetId);
  }

  async deleteStack(nameOrId: string, { retain = [] }: { retain?: readonly string[] } = {}): Promise<void> {
    const stack = this.stacks.get(nameOrId) ?? this.get(nameOrId);
    if (stack === undefined || stack.state.status === 'DELETE_COMPLETE') return;
    if (stack.state.terminationProtection) {
      throw new Failure({ code: 'ValidationError', source: 'aws', message: 'TerminationProtection is enabled' });
    }
    this.log.push(`delete ${stack.state.name}`);
    const wasEmpty = stack.state.status === 'REVIEW_IN_PROGRESS';
    this.#event(stack, 'DELETE_IN_PROGRESS');
    const finish = (): void => {
      const obstacle = this.obstacle(stack.state.name);
      if (obstacle !== undefined && !retain.includes(obstacle.logicalId)) {
        this.#resourceEvent(stack, obstacle.logicalId, 'DELETE_FAILED', obstacle.reason);
        this.#event(stack, 'DELETE_FAILED');
        return;
      }
      for (const resource of stack.resources) {
        resource.status = retain.includes(resource.logicalId) ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE';
      }
      this.#event(stack, 'DELETE_COMPLETE');
    };
    if (wasEmpty) finish();
    else this.#after(stack, finish);
  }

  async continueRollback(nameOrId: string): Promise<void> {
    const stack = this.stacks.get(nameOrId) ?? this.get(nameOrId);
    if (stack === undefined) return;
    this.log.push(`continue rollback ${stack.state.name}`);
    this.#event(stack, 'UPDATE_ROLLBACK_IN_PROGRESS');
    this.#after(stack, () => this.#event(stack, 'UPDATE_ROLLBACK_COMPLETE'));
  }

  async setTerminationProtection(name: string, enabled: boolean): Promise<void> {
    const stack = this.get(name);
    if (stack !== undefined) stack.state.terminationProtection = enabled;
  }

  async templateBody(nameOrId: string): Promise<string> {
    const name = (this.stacks.get(nameOrId) ?? this.get(nameOrId))?.state.name ?? nameOrId;
    return this.templates[name] ?? '';
  }

  async listResources(nameOrId: string): Promise<StackResource[]> {
    return structuredClone((this.stacks.get(nameOrId) ?? this.get(nameOrId))?.resources ?? []);
  }

  async resourceDrift(stackName: string, logicalId: string): Promise<ResourceDrift> {
    const told = this.drift[`${stackName} ${logicalId}`];
    if (told !== undefined) return told;
    const resource = this.get(stackName)?.resources.find((held) => held.logicalId === logicalId);
    const presence = resource === undefined ? 'exists' : this.presenceOf(resource.type, resource.physicalId);
    return { status: presence === 'gone' || presence === 'going' ? 'deleted' : 'in sync' };
  }

  async lastOperationEvents(stackId: string): Promise<StackEvent[]> {
    const events = this.stacks.get(stackId)?.events ?? [];
    const start = events.findLastIndex(({ physicalId, status }) => {
      return physicalId === stackId && /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(status);
    });
    return events.slice(Math.max(start, 0));
  }

  #newStack(name: string, status: string): FakeStack {
    this.#count += 1;
    const id = `arn:aws:cloudformation:us-west-2:111122223333:stack/${name}/${this.#count}`;
    const state: StackState = {
      name,
      id,
      status,
      outputs: {},
      parameters: {},
      terminationProtection: false,
      createdAt: this.#tick(),
    };
    const stack: FakeStack = { state, resources: [], events: [] };
    this.stacks.set(id, stack);
    if (status !== 'REVIEW_IN_PROGRESS') this.#fill(stack);
    return stack;
  }

  #fill(stack: FakeStack): void {
    const contents = this.contents[stack.state.name] ?? [];
    stack.resources = contents.map((content, index) => ({
      ...content,
      logicalId: `Resource${index}`,
      status: 'CREATE_COMPLETE',
    }));
  }

  #fail(stack: FakeStack, verb: string, reason: string): void {
    delete this.failures[stack.state.name];
    this.#resourceEvent(stack, 'Victim', `${verb}_FAILED`, 'Resource creation cancelled');
    this.#resourceEvent(stack, 'Culprit', `${verb}_FAILED`, reason);
    this.#event(stack, verb === 'CREATE' ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE');
  }

  #after(stack: FakeStack, finish: () => void): void {
    stack.next = { looks: this.looks, finish };
  }

  #event(stack: FakeStack, status: string): void {
    const { id, name } = stack.state;
    stack.state.status = status;
    stack.events.push({
      logicalId: name,
      physicalId: id,
      type: 'AWS::CloudFormation::Stack',
      status,
      at: this.#tick(),
    });
  }

  #resourceEvent(stack: FakeStack, logicalId: string, status: string, reason: string): void {
    stack.events.push({ logicalId, physicalId: '', type: 'AWS::EC2::VPC', status, reason, at: this.#tick() });
  }

  #tick(): Date {
    this.#time += 1000;
    return new Date(this.#time);
  }
}
