export type Certificate = {
  arn: string;
  /** `ISSUED`, `PENDING_VALIDATION`, `EXPIRED` … */
  status: string;
  /** Common name and alternative names, wildcards as they are. */
  names: string[];
  expiresAt?: Date;
};

/** What the verbs ask about an account before and after a deployment. */
export type Account = {
  /** Of the credentials in use. */
  identity(): Promise<{ accountId: string; arn: string }>;
  certificate(arn: string): Promise<Certificate | undefined>;
  /** Amazon SES in this region. */
  mailAccount(): Promise<{ productionAccess: boolean; sendingEnabled: boolean }>;
  /** Undefined when SES knows no such address or domain. */
  mailIdentity(identity: string): Promise<{ verified: boolean } | undefined>;
  secretExists(name: string): Promise<boolean>;
  /** The document, JSON text, of the policy's version in force; undefined when there is no such policy. */
  policyDocument(arn: string): Promise<string | undefined>;
  /** Those of the types that the zone offers. */
  offeredInstanceTypes(types: readonly string[], zone: string): Promise<string[]>;
  /** Virtual CPUs by instance type; unknown types are left out. */
  virtualCpus(types: readonly string[]): Promise<Record<string, number>>;
  /** Undefined when AWS states no value for this account. */
  quota(serviceCode: string, quotaCode: string): Promise<number | undefined>;
  /** Undefined when AWS has never seen the key, or this account may not ask (only the paying account may). */
  costTagStatus(key: string): Promise<'Active' | 'Inactive' | undefined>;
};
