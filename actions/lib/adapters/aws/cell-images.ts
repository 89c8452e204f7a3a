import { ECRClient } from "@aws-sdk/client-ecr";
import type { Images } from "../../ports/images.ts";
import type { Connection } from "./cell.ts";
import { ecrImages } from "./ecr-images.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** A cell's images. */
export function cellImages({ client, trace, calls }: Connection): Images {
  return ecrImages(scheduled(trace.follow(new ECRClient(scheduledSettings(client))), calls));
}
