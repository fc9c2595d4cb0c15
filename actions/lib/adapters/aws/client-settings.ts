/** Keys of a user or of a role's session; clients ask for new ones shortly before `expiration`. */
export type SessionCredentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
};

/** Fixed credentials, or a function that gets fresh ones when they run out. */
export type Credentials = SessionCredentials | (() => Promise<SessionCredentials>);

/** What every client is made with. The SDK itself takes the endpoint from AWS_ENDPOINT_URL, if that is set. */
export type ClientSettings = {
  region: string;
  credentials: Credentials;
  retryMode: 'standard';
  /** Tries per request, the first one included. */
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number };
};

/** Counts the requests that clients send, retries included. */
export type CallCounter = { count: number };

/** The part of an SDK client that takes middleware. */
type CountableClient = {
  middlewareStack: {
    add(
      middleware: <Input, Output>(next: (args: Input) => Promise<Output>) => (args: Input) => Promise<Output>,
      options: { step: 'deserialize'; name: string; priority: 'low' },
    ): void;
  };
};

/** Settings for one region; a request may take 30 s and is tried 6 times. */
export function clientSettings(region: string, credentials: Credentials): ClientSettings {
  return {
    region,
    credentials,
    retryMode: 'standard',
    maxAttempts: 6,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
  };
}

/**
 * Makes the client count what it sends. The step `deserialize` runs once per attempt, inside the retry middleware.
 * @returns the same client
 */
export function counted<Client extends CountableClient>(client: Client, counter: CallCounter): Client {
  client.middlewareStack.add(
    (next) => (args) => {
      counter.count += 1;
      return next(args);
    },
    { step: 'deserialize', name: 'countCalls', priority: 'low' },
  );
  return client;
}
