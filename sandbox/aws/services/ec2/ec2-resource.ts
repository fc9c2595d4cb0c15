/** What every EC2 resource has. `goneAt` is set when its deletion starts; from then on it is on its way out. */
export type Ec2Resource = {
  readonly id: string;
  tags: Record<string, string>;
  readonly createdAt: Date;
  goneAt?: Date;
};

export type Vpc = Ec2Resource & {
  cidrBlock: string;
  isDefault: boolean;
  enableDnsSupport: boolean;
  enableDnsHostnames: boolean;
  defaultGroupId: string;
  mainRouteTableId: string;
};
export type InternetGateway = Ec2Resource & { vpcId: string | undefined };
export type Subnet = Ec2Resource & {
  vpcId: string;
  cidrBlock: string;
  zone: string;
  mapPublicIp: boolean;
  /** How many addresses were handed out; the next interface gets the one after. */
  addressesUsed: number;
};
export type Route = { destination: string; target: string };
export type RouteTable = Ec2Resource & {
  vpcId: string;
  main: boolean;
  routes: Route[];
  /** Association id to subnet id. */
  associations: Map<string, string>;
};
export type NatGateway = Ec2Resource & {
  vpcId: string;
  subnetId: string;
  allocationId: string | undefined;
  interfaceId: string;
  readyAt: Date;
};
export type Address = Ec2Resource & { publicIp: string };
export type VpcEndpoint = Ec2Resource & {
  vpcId: string;
  serviceName: string;
  endpointType: string;
  routeTableIds: string[];
  subnetIds: string[];
  groupIds: string[];
  interfaceIds: string[];
};
/** Ports are -1 for all; `peer` is a CIDR block, a prefix list or a security group. */
export type SecurityRule = {
  readonly id: string;
  protocol: string;
  fromPort: number;
  toPort: number;
  peer: string;
  description: string | undefined;
};
export type SecurityGroup = Ec2Resource & {
  name: string;
  description: string;
  vpcId: string;
  ingress: SecurityRule[];
  egress: SecurityRule[];
};
export type NetworkInterface = Ec2Resource & {
  vpcId: string;
  subnetId: string;
  groupIds: string[];
  description: string;
  privateIp: string;
  /** `interface`, `nat_gateway`, `vpc_endpoint` … (API_NetworkInterface.html) */
  interfaceType: string;
  /** What uses it: an instance id, or a service's own id; undefined = unused, status `available`. */
  attachedTo: string | undefined;
  /** True when a service made it and alone may delete it. */
  requesterManaged: boolean;
};
export type LaunchTemplateVersion = {
  number: number;
  description: string | undefined;
  data: Record<string, unknown>;
  createdAt: Date;
};
export type LaunchTemplate = Ec2Resource & { name: string; versions: LaunchTemplateVersion[]; defaultVersion: number };
export type Instance = Ec2Resource & {
  instanceType: string;
  imageId: string;
  vpcId: string;
  subnetId: string;
  zone: string;
  privateIp: string;
  groupIds: string[];
  interfaceId: string;
  /** Name or ARN of the instance profile. */
  instanceProfile: string | undefined;
  /** Base64, as the launch template has it. */
  userData: string | undefined;
  launchTemplate: { id: string; version: number } | undefined;
  runningAt: Date;
  /** Set when termination starts: from then `shutting-down`, afterwards `terminated` until `goneAt`. */
  terminatedAt?: Date;
};
export type Volume = Ec2Resource & {
  zone: string;
  sizeGib: number;
  volumeType: string;
  encrypted: boolean;
  snapshotId: string | undefined;
  iops: number | undefined;
  throughput: number | undefined;
  readyAt: Date;
  attachment:
    | { instanceId: string; device: string; attachedAt: Date; until?: Date; deleteOnTermination: boolean }
    | undefined;
};
export type Snapshot = Ec2Resource & {
  volumeId: string;
  sizeGib: number;
  description: string;
  encrypted: boolean;
  completedAt: Date;
};

/** One region of Amazon EC2. Keys are ids; the order is that of creation. */
export type Ec2State = {
  vpc: Map<string, Vpc>;
  'internet-gateway': Map<string, InternetGateway>;
  subnet: Map<string, Subnet>;
  'route-table': Map<string, RouteTable>;
  natgateway: Map<string, NatGateway>;
  'elastic-ip': Map<string, Address>;
  'vpc-endpoint': Map<string, VpcEndpoint>;
  'security-group': Map<string, SecurityGroup>;
  'network-interface': Map<string, NetworkInterface>;
  'launch-template': Map<string, LaunchTemplate>;
  instance: Map<string, Instance>;
  volume: Map<string, Volume>;
  snapshot: Map<string, Snapshot>;
};
/** Resource types as API_DescribeTags.html and the ARNs of the Service Authorization Reference name them. */
export type Ec2Kind = keyof Ec2State;
