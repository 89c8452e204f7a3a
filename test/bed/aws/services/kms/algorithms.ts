/** What keys of each kind can do: KMS developer guide, "Key spec reference". */
import type { Key } from "./keys.ts";

const CURVES: Readonly<Record<string, string>> = {
  ...{ ECC_NIST_P256: "ECDSA_SHA_256", ECC_NIST_P384: "ECDSA_SHA_384", ECC_NIST_P521: "ECDSA_SHA_512" },
  ECC_SECG_P256K1: "ECDSA_SHA_256",
};

/** The algorithms that DescribeKey names, under the member for the key's usage. */
export function algorithmsOf({ usage, spec }: Pick<Key, "usage" | "spec">): object {
  switch (usage) {
    case "SIGN_VERIFY":
      return { SigningAlgorithms: signing(spec) };
    case "GENERATE_VERIFY_MAC":
      return { MacAlgorithms: [spec.replace("HMAC_", "HMAC_SHA_")] };
    case "KEY_AGREEMENT":
      return { KeyAgreementAlgorithms: ["ECDH"] };
    default:
      return {
        EncryptionAlgorithms: spec.startsWith("RSA_")
          ? ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]
          : ["SYMMETRIC_DEFAULT"],
      };
  }
}

function signing(spec: string): readonly string[] {
  if (!spec.startsWith("RSA_")) return [CURVES[spec] ?? "SM2DSA"];
  const sizes = ["SHA_256", "SHA_384", "SHA_512"];
  return ["RSASSA_PKCS1_V1_5", "RSASSA_PSS"].flatMap((scheme) => sizes.map((size) => `${scheme}_${size}`));
}
