/** OpenID Connect identity providers of an account. */
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";

export interface Provider {
  readonly arn: string;
  /** Without `https://`, as IAM shows it. */
  readonly url: string;
  readonly at: Date;
  audiences: readonly string[];
  thumbprints: readonly string[];
  tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** Providers by ARN. */
export function providersOf(world: World, account: string): Map<string, Provider> {
  return world.store("iam-oidc-providers", { account, region: "*" }, () => new Map<string, Provider>());
}

/** @throws AwsError EntityAlreadyExists */
export function createProvider(
  world: World,
  account: string,
  about: Pick<Provider, "url" | "audiences" | "thumbprints" | "tags">,
): Provider {
  const url = about.url.replace(/^https?:\/\//, "");
  const arn = `arn:aws:iam::${account}:oidc-provider/${url}`;
  const providers = providersOf(world, account);
  if (providers.has(arn))
    throw new AwsError("EntityAlreadyExists", `Provider with url ${about.url} already exists.`, 409);
  const { audiences, thumbprints, tags } = about;
  const provider: Provider = { arn, url, at: new Date(world.clock.now()), audiences, thumbprints, tags };
  providers.set(arn, provider);
  return provider;
}

export function providerOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateOpenIDConnectProvider: (input, { caller }: Call) => {
      const { Url: url, ClientIDList: audiences = [], ThumbprintList: thumbprints = [], Tags: tags = [] } = input;
      const { arn } = createProvider(world, caller.account, { url, audiences, thumbprints, tags });
      return { OpenIDConnectProviderArn: arn };
    },
    GetOpenIDConnectProvider: (input, { caller }: Call) => {
      const provider = providersOf(world, caller.account).get(input.OpenIDConnectProviderArn);
      if (provider === undefined)
        throw new AwsError(
          "NoSuchEntity",
          `OpenIDConnect Provider not found for arn ${input.OpenIDConnectProviderArn}`,
          404,
        );
      return {
        Url: provider.url,
        ClientIDList: provider.audiences,
        ThumbprintList: provider.thumbprints,
        CreateDate: provider.at,
        Tags: provider.tags,
      };
    },
    ListOpenIDConnectProviders: (_input, { caller }: Call) => ({
      OpenIDConnectProviderList: [...providersOf(world, caller.account).keys()].map((Arn) => ({ Arn })),
    }),
    DeleteOpenIDConnectProvider: (input, { caller }: Call) => {
      providersOf(world, caller.account).delete(input.OpenIDConnectProviderArn);
      return {};
    },
  };
}
