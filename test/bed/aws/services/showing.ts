/** The services that only show what templates have made. */
import type { Install } from "../kernel.ts";
import { installApiGateway } from "./api-gateway/install.ts";
import { installDynamoDb } from "./dynamodb/install.ts";
import { installEventBridge } from "./eventbridge/install.ts";
import { installFirehose } from "./firehose/install.ts";
import { installKinesis } from "./kinesis/install.ts";
import { installResourceGroups } from "./resource-groups/install.ts";
import { installRoute53 } from "./route-53/install.ts";
import { installScheduler } from "./scheduler/install.ts";
import { installSearchDomains } from "./search-domains/install.ts";
import { installStepFunctions } from "./sfn/install.ts";

/** Adds them all to a world. */
export const installShowingServices: Install = (world) => {
  installApiGateway(world);
  installDynamoDb(world);
  installEventBridge(world);
  installFirehose(world);
  installKinesis(world);
  installResourceGroups(world);
  installRoute53(world);
  installScheduler(world);
  installSearchDomains(world);
  installStepFunctions(world);
};
