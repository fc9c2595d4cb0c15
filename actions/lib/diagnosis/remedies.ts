/**
 * What a person does about a cause: one or two sentences each. `look-in-console` is the general way on, for what no rule knows.
 * The keys are stable, for programs and for the corpus.
 */
export const remedies = {
  // Who may do what
  'ask-organization':
    "Ask who keeps your organization's policies in AWS Organizations to allow this for the account. Nothing inside of the account can.",
  'widen-boundary':
    'If the role is meant to do this, add the action to the boundary: ours is in cluster/cloudformation/bootstrap.yaml, then run `npx opensarlab bootstrap`.',
  'deploy-bootstrap': 'Deploy the bootstrap stack of the account again (`npx opensarlab bootstrap`), then run again.',
  'find-who-denies':
    'AWS does not say which policy denies it. Deploy the bootstrap stack again first; if it is still denied, look at the event in CloudTrail and ask who keeps the service control policies and boundaries.',
  'remove-deny': 'Take the Deny statement out of the policies of the role in IAM, then run again.',
  'report-session':
    'The policy of the session lacks this, not the role. Update this repository to the newest version, or report it.',
  'check-resource-policy':
    'Look at the policy of the resource itself (bucket, key, secret, repository or VPC endpoint) and allow the role there.',
  'check-trust': 'Look at the trust relationship of the role in IAM: it has to name who assumes it.',
  'check-workflow-trust':
    "Check that the bootstrap stack is deployed in that account, and that the role's trust policy names this repository's id (repository_id), this job's environment, and its subject (sub) in the form that GitHub sends.",
  'run-again-soon':
    'A new role is known everywhere after a minute: run again. If it stays so, look whether the role exists and its trust names the service.',
  'make-service-linked-role':
    'Let an administrator make the service-linked role of this service once (`aws iam create-service-linked-role --aws-service-name SERVICE`), then run again.',
  'enable-region':
    'Enable the region for the account (and STS in it) in the account settings, or declare another region.',
  'choose-region': 'Declare another region: this one lacks a service that a lab needs.',
  'finish-account':
    'Finish the registration of the account with AWS (payment, telephone, verification), or ask AWS Support; then run again.',
  'fresh-credentials': 'Run again with fresh credentials; it goes on where it stopped.',
  'set-clock': 'Set the clock of this machine (for example with NTP), then run again.',

  // Names, limits, zones
  'free-name': 'Something of this name is left in the account: delete or rename it, then run again.',
  'choose-other-name': 'Somebody else has this name, and it is the only one of its kind in AWS: choose another name.',
  'delete-other-stack': 'Another stack owns it: delete it there, or give one of the two another name.',
  'use-existing-provider': 'Use the provider that the account has: `npx opensarlab bootstrap --existing-provider`.',
  'restore-or-wait': 'It is being deleted and keeps its name until then: restore it, or wait until it is gone.',
  'raise-quota': 'Ask for a higher quota in the Service Quotas console, or remove what is not needed, then run again.',
  'free-or-raise-vpcs': 'Delete a VPC that nobody needs, or raise the quota "VPCs per Region", then run again.',
  'free-or-raise-addresses':
    'Release an Elastic IP address that nobody needs, or raise the quota "EC2-VPC Elastic IPs", then run again.',
  'raise-vcpus':
    'Raise the quota of running instances (vCPUs) of this kind in the Service Quotas console, or declare smaller or fewer machines.',
  'raise-builds':
    'Wait for other builds to end. If the account may run none at all, ask AWS Support for the quota of concurrently running builds.',
  'fewer-declared': 'Declare fewer nodes, groups or profiles in one deployment.',
  'choose-zone': 'Choose another az_suffix: the message names the zones that can be used.',
  'choose-zone-or-type': 'Choose another az_suffix or another instance type.',
  'wait-or-other-type':
    'AWS has no machine of this type free in the zone: run again later, or choose another az_suffix or instance type.',
  'correct-instance-type': 'Correct the instance type in opensarlab.yaml.',
  'remove-other-subnet':
    'Another network part has this range of addresses: remove it, or choose another range, then run again.',
  'free-addresses':
    'Free addresses in the subnet (servers that run, interfaces that are left), or make the subnet larger.',

  // Keys, machines, EKS
  'allow-key':
    'Check that the KMS key is enabled and that its policy lets this account’s EC2 Auto Scaling use it (also the default key for EBS encryption).',
  'check-node-start':
    'Look at the system log of the instance in the EC2 console: it has to reach the cluster and the internet (route, NAT, security group, allowed address ranges), and its role needs an access entry.',
  'look-at-scaling': 'Look at the activity history of the Auto Scaling group: it says why no machine starts.',
  'stop-servers': 'Stop the servers that hold the machines, or their disruption budget, then run again.',
  'undo-addon-change':
    'Take back what was changed by hand in the add-on, or let the add-on overwrite it in the EKS console, then run again.',
  'other-addon-version': 'Choose a version of the add-on that EKS has for this version of Kubernetes.',
  'look-at-addon': "Look at the add-on's pods: they need a machine that is ready. Then run again.",
  'raise-desired':
    'EKS takes no minimum above the number of machines that is wanted: raise the desired size of the node group in the EKS console first, or lower min_number, then run again.',
  'split-change': 'Take one of the changes of the node group back, deploy, and make it then.',
  'one-version-step': 'Go up one minor version of Kubernetes at a time (cluster/versions.yaml), control plane first.',
  'supported-version': 'Put a version that EKS offers into cluster/versions.yaml.',
  'newer-machine-image': 'Run again: the machine image that AWS recommends now is looked up anew.',

  // Mail, certificates, names in the DNS
  'verify-sender': 'Verify the sender (address or domain) in Amazon SES in this region, then run again.',
  'ask-ses': 'Look at the reputation page of Amazon SES and ask there for sending to be enabled again.',
  'leave-sandbox': 'Ask for production access in the Amazon SES console of this region.',
  'check-certificate': 'Check in ACM that the certificate is issued, in this region and account, and covers the host.',
  'add-validation-record': 'Put the record that ACM shows for the certificate into the DNS; then run again.',
  'allow-caa': 'Let a CAA record of the domain allow amazon.com, then request the certificate again.',
  'check-zone': 'Check the id and the name of the hosted zone in Route 53: the host has to be within it.',
  'free-record': 'Delete the record that exists in the hosted zone, or choose another host, then run again.',

  // Deleting, waiting, states
  'stop-writers': 'Something still writes to it: stop what does, then run again.',
  'remove-dependents': 'Something outside of the stack still uses it: remove that, then run again.',
  'allow-deletion': 'Deletion protection is on: turn it off if the loss is meant, then run again.',
  'restore-resource':
    'It was removed or never made, outside of the stack: look in CloudTrail who did, make it again with the same name, or destroy and deploy.',
  'wait-and-run-again': 'Something else is at work on it: wait until that has ended, then run again.',
  'unstick-stack':
    'Run the deployment again: it brings the stack forward, and asks for consent where something would be lost.',
  'run-again': 'Run again.',
  'run-again-later': 'AWS asks for fewer requests. Run again a little later.',
  'check-network': 'AWS did not answer. Check the network, then run again; it picks up where this run stopped.',
  'open-codecommit':
    'Create one repository by hand in the CodeCommit console, or ask AWS Support to enable CodeCommit for the account.',
  'restore-pipeline-role': "The pipeline's role was changed or is new: deploy again, which puts its permissions back.",
  'mirror-again': 'Run the deployment again: it mirrors the sources into CodeCommit first.',
  'take-change-back':
    'Take the change back in opensarlab.yaml, or destroy and deploy where the loss is meant. If nothing of it is declared, report it.',
  'report-template':
    'This is a fault of this product, not of the account: update to the newest version, or report it with this message.',
  'correct-value': 'Correct the value in opensarlab.yaml. If it is not declared there, report it with this message.',

  // Builds
  'docker-hub-account':
    'Store an account of Docker Hub in the secret dockerhub/creds (user name, space, access token), or start from an image at quay.io or public.ecr.aws.',
  'restore-project': 'The build project was changed by hand: deploy again, which puts it back.',
  'restore-buildspec':
    'Correct the buildspec.yml of the overlay, or take it out so that the one of this repository is used.',
  'check-git-source': 'Check the address and the ref of the repository, and that the build may read it.',
  'bigger-build': 'Choose a larger compute type for the build, or install less in one step of the Dockerfile.',
  'smaller-image': 'Install less, clean up in the same RUN step, or choose a compute type with a larger disk.',
  'shorten-build': 'Find the step that hangs in the log, or raise the time-out of the build project.',
  'build-again': 'The other server failed: run again. If it stays so, choose another channel or mirror.',
  'loosen-conda': 'Loosen or correct the versions in the environment file until they fit together.',
  'correct-conda':
    'Correct the name, the version or the channels in the environment file; `mamba search NAME` shows what there is.',
  'use-conda-forge': 'Take the channel `defaults` out: only conda-forge needs no terms of service.',
  'correct-pip': 'Correct the name or the version of the package, or the version of Python in the image.',
  'loosen-pip': 'Loosen the versions in the requirements until they fit together.',
  'correct-hash': 'Write the hashes of the requirements anew, after looking whether the package was replaced.',
  'pip-build-tools': 'Choose a version that has a wheel, or install the compiler and libraries that it needs before.',
  'use-environment': 'Install into a conda environment of the image instead of the system’s Python.',
  'correct-apt':
    'Run `apt-get update` in the same RUN step, and correct the name for the release of Ubuntu or Debian in the image.',
  'apt-update-and-again':
    'Run `apt-get update` in the same RUN step as the installation and build again; a release past its end needs a newer base image.',
  'add-apt-key': 'Add the key that signs the package source, or take the source out of the image.',
  'apt-one-at-a-time': 'Run only one apt at a time in the Dockerfile.',
  'loosen-apt': 'Loosen the versions of the packages, or install them in one command.',
  'add-file': 'Add the file to the folder of the image, or correct its path in the Dockerfile (and .dockerignore).',
  'correct-stage':
    'Name the stage in the Dockerfile as it is used: `FROM … AS name`, for images `release` and `testing`.',
  'correct-dockerfile': 'Correct the Dockerfile at the line that the message names.',
  'correct-base-image':
    'Correct the name or the tag of the image in the Dockerfile (FROM, COPY --from), and that it may be read.',
  'correct-image-folder':
    'Give the folder of the image what the message names: Dockerfile, stages `release` and `testing`, tests/IMAGE.sh.',
  'correct-test': "Read the lines above in the build's log and correct the image or its test.",
  'correct-npm': 'Correct package.json and the lock file as npm says.',
  'install-module': 'Install the Python package into the environment that the step or the test uses.',
  'install-command': 'Install the program before it is called, or correct its path.',
  'make-executable': 'Give the file the right to be run, or the user of that step the right to write there.',
  'correct-address': 'Correct the address or the checksum of the download.',
  'trust-certificate':
    "The server's certificate is not trusted: correct the address, or install the certificate authority in the image (ca-certificates).",
  'login-again': 'Run again: the build signs in to the registry at its beginning.',
  'deploy-again': 'Deploy again, so that its stack makes it.',
  'other-tag': 'Give the image another tag, or let the repository overwrite tags.',

  // In the cluster
  'install-again': 'Run the deployment again: the installation goes on from there.',
  'look-at-pods': "Look which pod is not ready (`kubectl --namespace jupyter get pods`), and at that pod's events.",
  'look-at-hook':
    'Look at the pods of the hook (`kubectl --namespace jupyter get jobs,pods`) and their events; then run again.',
  'remove-foreign-object': 'Delete the object that was made by hand or by another release, then run again.',
  'recreate-object': 'Delete the object in the cluster (its data stays where it has a claim), then run again.',
  'correct-values': 'Correct the value in the overlay’s Helm values that the message names.',
  'newer-chart': 'Choose a version of the chart that this version of Kubernetes still knows.',
  'raise-nodes': 'Raise max_number of the node type, or let the profile ask for less.',
  'smaller-request':
    'Let the profile ask for less CPU and memory than one machine of its node type has free, or choose a larger instance type.',
  'look-at-nodes': 'Look at the machines (`kubectl get nodes`): one is not ready. Replace it if it stays so.',
  'check-node-group': 'Check that the node type of the profile is declared and has its machines.',
  'node-in-volume-zone':
    'The volume is in another zone than the machines: let az_suffix be the zone of the volumes, or restore the volume there from a snapshot.',
  'raise-kubernetes-quota': 'Raise the ResourceQuota of the namespace, or ask for less.',
  'satisfy-webhook': 'Change what the admission policy of the cluster refuses, or ask who keeps that policy.',
  'wait-for-detach': 'Another machine still holds the volume: wait six minutes, or stop the server that uses it.',
  'restore-volume':
    'The volume is gone: restore it from its newest snapshot, or delete its claim and begin with an empty one.',
  'look-at-volume': 'Look at the volume in the EC2 console and at the pods of the EBS CSI add-on, then run again.',
  'look-at-network':
    'Look at the pods aws-node of the VPC CNI add-on, and whether the subnet has free addresses; then run again.',
  'fewer-per-node': 'A machine takes only so many volumes: choose fewer servers per machine, or another instance type.',
  'build-the-image': 'Build the image with this tag first (or correct the tag of the profile), then run again.',
  'allow-pull': 'Let the role of the nodes read the registry, or choose an image that may be read.',
  'larger-node-disk': 'Make the disk of the node type larger, or the image smaller.',
  'more-memory': 'Give it more memory (memory_limit of the profile, or the resources of the hub).',
  'read-pod-log': "Read the pod's log (`kubectl --namespace jupyter logs POD --previous`): it says why it ends.",
  'test-image': 'Start the image by hand: it has to answer with jupyterhub-singleuser. Look at the server’s log.',
  'restore-access-entry': 'Deploy again: it gives the role its access to the cluster back.',
  'allow-build-address':
    'Let eks_public_access_cidrs allow the address from which the build comes, or look whether the cluster is up.',

  'look-in-console':
    'This message is not known here: read it as it is, and look at the events and logs in the AWS console.',
} as const satisfies Readonly<Record<string, string>>;

export type RemedyKey = keyof typeof remedies;
