import { ECRClient } from "@aws-sdk/client-ecr";
import type { Images } from "../../ports/images.ts";
import type { Connection } from "./cell.ts";
import { ecrImages } from "./ecr-images.ts";

/** A cell's images. */
export function cellImages({ client }: Connection): Images {
  return ecrImages(new ECRClient(client));
}
