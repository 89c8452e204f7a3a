/** What IAM shows of the SAML identity providers that templates make. */
import { type Declared, declaredOf } from "../../cloudformation/resources/declared.ts";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";

const TYPE = "AWS::IAM::SAMLProvider";
/** How long the metadata of a provider is good for: a hundred years, as IAM shows of metadata that says nothing. */
const YEARS = 100;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html */
export function samlOperations(world: World): Readonly<Record<string, Operation>> {
  const dates = ({ madeAt }: Declared): object => {
    const ValidUntil = new Date(madeAt);
    ValidUntil.setUTCFullYear(ValidUntil.getUTCFullYear() + YEARS);
    return { CreateDate: madeAt, ValidUntil };
  };
  return {
    GetSAMLProvider: ({ SAMLProviderArn: arn = "" }: { SAMLProviderArn?: string }, call: Call) => {
      const found = declaredOf(world, call, TYPE).find(({ made }) => made.physicalId === arn);
      if (found === undefined) throw new AwsError("NoSuchEntity", `Manifest not found for arn ${arn}`, 404);
      const { SamlMetadataDocument, Tags = [] } = found.properties;
      const uuid = found.made.attributes.SamlProviderUUID;
      return { SAMLProviderUUID: uuid, SAMLMetadataDocument: SamlMetadataDocument, ...dates(found), Tags };
    },
    ListSAMLProviders: (_input: object, call: Call) => ({
      SAMLProviderList: declaredOf(world, call, TYPE).map((one) => ({ Arn: one.made.physicalId, ...dates(one) })),
    }),
  };
}
