/** Image repositories as CloudFormation makes them. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import { AwsError, type Properties, type ResourceContext, type World } from "../../kernel.ts";
import { type ReplicationRule, registrySettings } from "./replication.ts";
import { createRepository, type Repository, repositoriesOf, repositoryFor } from "./repositories.ts";

export function installEcrResources(world: World): void {
  installRegistrySettings(world);
  world.resources.set("AWS::ECR::Repository", {
    create: async (properties, context) => {
      const name = String(properties.RepositoryName ?? generatedName(world, "AWS::ECR::Repository", context));
      const encryption = properties.EncryptionConfiguration as Properties | undefined;
      const repository = createRepository(world, context.call.caller, {
        name,
        mutability: "MUTABLE",
        scanOnPush: false,
        encryption: encryption && { encryptionType: encryption.EncryptionType, kmsKey: encryption.KmsKey },
        tags: [],
      });
      configure(world, repository, { properties, context });
      return { physicalId: name, attributes: { Arn: repository.arn, RepositoryUri: repository.uri } };
    },
    update: async (made, _before, after, context) => {
      const repository = repositoryFor(world, { repositoryName: made.physicalId }, context.call.caller);
      configure(world, repository, { properties: after, context });
      return made;
    },
    remove: async (made, properties, { call }) => {
      const repositories = repositoriesOf(world, call.caller);
      const repository = repositories.get(made.physicalId);
      if (repository === undefined) return;
      if (repository.images.size > 0 && properties.EmptyOnDelete !== true)
        throw new AwsError(
          "RepositoryNotEmptyException",
          `The repository with name '${repository.name}' in registry with id '${repository.registryId}' cannot be deleted because it still contains images`,
        );
      repositories.delete(made.physicalId);
    },
    adopt: ({ RepositoryName = "" }, { call }) => {
      const repository = repositoriesOf(world, call.caller).get(RepositoryName);
      if (repository === undefined) return undefined;
      return { physicalId: RepositoryName, attributes: { Arn: repository.arn, RepositoryUri: repository.uri } };
    },
    read: async (made, properties, { call }) => {
      const repository = repositoriesOf(world, call.caller).get(made.physicalId);
      if (repository === undefined) return undefined;
      return {
        ...properties,
        ...(properties.ImageTagMutability !== undefined && { ImageTagMutability: repository.mutability }),
        ...(properties.LifecyclePolicy !== undefined && {
          LifecyclePolicy: { ...properties.LifecyclePolicy, LifecyclePolicyText: repository.lifecyclePolicy?.text },
        }),
      };
    },
  });
}

/** The two settings of a whole registry; each account has one of them per region. */
function installRegistrySettings(world: World): void {
  world.resources.set("AWS::ECR::ReplicationConfiguration", {
    create: async (properties, { call: { caller } }) => {
      registrySettings(world, caller).rules = rulesOf(properties);
      return { physicalId: caller.account, attributes: { RegistryId: caller.account } };
    },
    update: async (made, _before, after, { call: { caller } }) => {
      registrySettings(world, caller).rules = rulesOf(after);
      return made;
    },
    remove: async (_made, _properties, { call: { caller } }) => {
      registrySettings(world, caller).rules = [];
    },
  });
  world.resources.set("AWS::ECR::RegistryPolicy", {
    create: async ({ PolicyText }, { call: { caller } }) => {
      registrySettings(world, caller).policy = JSON.stringify(PolicyText);
      return { physicalId: caller.account, attributes: { RegistryId: caller.account } };
    },
    update: async (made, _before, { PolicyText }, { call: { caller } }) => {
      registrySettings(world, caller).policy = JSON.stringify(PolicyText);
      return made;
    },
    remove: async (_made, _properties, { call: { caller } }) => {
      registrySettings(world, caller).policy = undefined;
    },
  });
}

function rulesOf({ ReplicationConfiguration }: Properties): readonly ReplicationRule[] {
  return ((ReplicationConfiguration?.Rules ?? []) as readonly Properties[]).map(
    ({ Destinations, RepositoryFilters }) => ({
      destinations: ((Destinations ?? []) as readonly Properties[]).map(({ Region, RegistryId }) => ({
        region: String(Region),
        registryId: String(RegistryId),
      })),
      prefixes: ((RepositoryFilters ?? []) as readonly Properties[]).map(({ Filter }) => String(Filter)),
    }),
  );
}

function configure(
  world: World,
  repository: Repository,
  { properties, context }: { readonly properties: Properties; readonly context: ResourceContext },
): void {
  repository.mutability = properties.ImageTagMutability === "IMMUTABLE" ? "IMMUTABLE" : "MUTABLE";
  repository.scanOnPush = properties.ImageScanningConfiguration?.ScanOnPush === true;
  const lifecycle = properties.LifecyclePolicy?.LifecyclePolicyText as string | undefined;
  repository.lifecyclePolicy =
    lifecycle === undefined ? undefined : { text: lifecycle, at: new Date(world.clock.now()) };
  const policy = properties.RepositoryPolicyText as unknown;
  repository.policy = policy === undefined || typeof policy === "string" ? policy : JSON.stringify(policy);
  repository.tags.clear();
  for (const { Key, Value } of [...(properties.Tags ?? []), ...context.tags]) repository.tags.set(Key, Value);
}
