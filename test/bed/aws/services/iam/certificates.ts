/** Server certificates, which IAM keeps for where ACM is not. */
import { X509Certificate } from "node:crypto";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";

export interface ServerCertificate {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly at: Date;
  readonly body: string;
  readonly chain: string | undefined;
  readonly expires: Date;
  tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** Certificates of an account by name. */
export function certificatesOf(world: World, account: string): Map<string, ServerCertificate> {
  return world.store("iam-certificates", { account, region: "*" }, () => new Map<string, ServerCertificate>());
}

/** @throws AwsError EntityAlreadyExists, MalformedCertificate */
export function uploadCertificate(
  world: World,
  account: string,
  about: Pick<ServerCertificate, "name" | "body" | "chain" | "tags"> & { readonly path?: string | undefined },
): ServerCertificate {
  const certificates = certificatesOf(world, account);
  const { name, path = "/", body, chain, tags } = about;
  if (certificates.has(name))
    throw new AwsError("EntityAlreadyExists", `The Server Certificate with name ${name} already exists.`, 409);
  const certificate: ServerCertificate = {
    ...{ name, path, body: body.trimEnd(), chain, tags, expires: expiryOf(body), at: new Date(world.clock.now()) },
    ...{ id: `ASCA${world.hex(17).toUpperCase()}`, arn: `arn:aws:iam::${account}:server-certificate${path}${name}` },
  };
  certificates.set(name, certificate);
  return certificate;
}

function expiryOf(body: string): Date {
  try {
    return new Date(new X509Certificate(body).validTo);
  } catch (cause) {
    throw new AwsError("MalformedCertificate", `Unable to parse certificate. ${String(cause)}`, 400);
  }
}

/** The operations on certificates. */
export function certificateOperations(world: World): Readonly<Record<string, Operation>> {
  const named = (input: { ServerCertificateName?: string }, { caller }: Call): ServerCertificate => {
    const found = certificatesOf(world, caller.account).get(input.ServerCertificateName ?? "");
    if (found === undefined)
      throw new AwsError(
        "NoSuchEntity",
        `The Server Certificate with name ${input.ServerCertificateName} cannot be found.`,
        404,
      );
    return found;
  };
  return {
    UploadServerCertificate: (input, { caller }) => {
      const { ServerCertificateName: name, CertificateBody: body, CertificateChain: chain, Path: path } = input;
      const about = { name, body, chain, path, tags: input.Tags ?? [] };
      return { ServerCertificateMetadata: metadata(uploadCertificate(world, caller.account, about)) };
    },
    GetServerCertificate: (input, call) => {
      const found = named(input, call);
      return {
        ServerCertificate: {
          ...{ ServerCertificateMetadata: metadata(found), CertificateBody: found.body, Tags: found.tags },
          ...(found.chain !== undefined && { CertificateChain: found.chain }),
        },
      };
    },
    ListServerCertificates: (_input, { caller }) => ({
      ServerCertificateMetadataList: [...certificatesOf(world, caller.account).values()].map(metadata),
      IsTruncated: false,
    }),
    DeleteServerCertificate: (input, call) => {
      certificatesOf(world, call.caller.account).delete(named(input, call).name);
      return {};
    },
  };
}

function metadata({ name, id, arn, path, at, expires }: ServerCertificate): object {
  return {
    ...{ Path: path, ServerCertificateName: name, ServerCertificateId: id, Arn: arn },
    ...{ UploadDate: at, Expiration: expires },
  };
}
