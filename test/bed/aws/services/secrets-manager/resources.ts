/** Secrets as CloudFormation makes them, with a generated value where the template asks for one. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import { AwsError, type Properties, type ResourceContext, type World } from "../../kernel.ts";
import { attachmentHandler } from "./attachment.ts";
import { type PasswordRules, randomPassword } from "./password.ts";
import { addVersion, createSecret, type Secret, secretNamed, secretsOf } from "./secrets.ts";

export function installSecretResources(world: World): void {
  const named = (arn: string, { call }: ResourceContext): Secret => secretNamed(world, call.caller, arn);
  world.resources.set("AWS::SecretsManager::SecretTargetAttachment", attachmentHandler(world));
  world.resources.set("AWS::SecretsManager::Secret", {
    create: async (properties, context) => {
      const text = secretText(world, properties);
      const secret = createSecret(world, context.call.caller, {
        name: String(properties.Name ?? generatedName(world, "AWS::SecretsManager::Secret", context)),
        description: properties.Description,
        kmsKeyId: properties.KmsKeyId,
        tags: [...(properties.Tags ?? []), ...context.tags],
      });
      addVersion(world, secret, { token: undefined, text, bytes: undefined });
      return { physicalId: secret.arn, attributes: { Id: secret.arn } };
    },
    update: async (made, before, after, context) => {
      const secret = named(made.physicalId, context);
      secret.description = after.Description;
      secret.changedAt = new Date(world.clock.now());
      secret.kmsKeyId = after.KmsKeyId;
      secret.tags.clear();
      for (const { Key, Value } of [...(after.Tags ?? []), ...context.tags]) secret.tags.set(Key, Value);
      const says = ({ SecretString, GenerateSecretString }: Properties): string =>
        JSON.stringify([SecretString, GenerateSecretString]);
      if (says(before) !== says(after))
        addVersion(world, secret, { token: undefined, text: secretText(world, after), bytes: undefined });
      return made;
    },
    // CloudFormation leaves no recovery window, so a stack can be made again at once under the same names.
    remove: async (made, _properties, { call }) => {
      const secrets = secretsOf(world, call.caller);
      for (const secret of secrets.values()) if (secret.arn === made.physicalId) secrets.delete(secret.name);
    },
    read: async (made, properties, { call }) => {
      const secret = [...secretsOf(world, call.caller).values()].find(({ arn }) => arn === made.physicalId);
      if (secret === undefined || secret.deletion !== undefined) return undefined;
      return {
        ...properties,
        ...(properties.Description !== undefined && { Description: secret.description }),
        ...(properties.KmsKeyId !== undefined && { KmsKeyId: secret.kmsKeyId }),
      };
    },
    adopt: ({ Id = "" }, { call }) => {
      const secret = [...secretsOf(world, call.caller).values()].find(({ arn }) => arn === Id);
      if (secret === undefined || secret.deletion !== undefined) return undefined;
      return { physicalId: secret.arn, attributes: { Id: secret.arn } };
    },
  });
}

function secretText(world: World, properties: Properties): string | undefined {
  const rules = properties.GenerateSecretString as
    | (PasswordRules & { readonly SecretStringTemplate?: string; readonly GenerateStringKey?: string })
    | undefined;
  if (rules !== undefined && properties.SecretString !== undefined)
    throw new AwsError("InvalidRequest", "You can't specify both GenerateSecretString and SecretString");
  if (rules === undefined) return properties.SecretString ?? "";
  const password = randomPassword(world, rules);
  const { SecretStringTemplate: template, GenerateStringKey: key } = rules;
  if ((template === undefined) !== (key === undefined))
    throw new AwsError("InvalidRequest", "SecretStringTemplate and GenerateStringKey must be given together");
  if (template === undefined || key === undefined) return password;
  return JSON.stringify({ ...(JSON.parse(template) as object), [key]: password });
}
