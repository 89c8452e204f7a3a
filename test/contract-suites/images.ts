/** What the Images port promises: a release is a digest, or it was not built. */
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { beforeAll, describe, expect, test } from "vitest";
import { ecrImages } from "../../actions/lib/adapters/aws/ecr-images.ts";
import type { Images } from "../../actions/lib/ports/images.ts";
import { differsOn, type Place, type PlaceName } from "./place.ts";

const repository = "mate/django";
const platform = "linux/amd64";

export function imagesSuite(place: () => Place, name: PlaceName): void {
  describe("images of a release", () => {
    let images: Images;
    let ecr: ECRClient;
    beforeAll(async () => {
      ecr = new ECRClient(place().settings);
      images = ecrImages(ecr);
      await ecr.send(new CreateRepositoryCommand({ repositoryName: repository, imageTagMutability: "IMMUTABLE" }));
    });

    test("a release that was not built has none", async () => {
      expect(await images.find({ repository, tag: "v9.9.9", platform })).toBeUndefined();
    });

    test("a repository that is not there is named, with what to do", async () => {
      const asked = images.find({ repository: "mate/nothing", tag: "v1.4.0", platform });
      await expect(asked).rejects.toMatchObject({ reasonCode: "no-repository" });
    });

    // moto gives every manifest the same digest.
    differsOn("moto", name)("a tag that can never be moved is refused a second image", async () => {
      const put = (mark: string) =>
        ecr.send(
          new PutImageCommand({
            ...{ repositoryName: repository, imageTag: "v1.4.0" },
            imageManifest: JSON.stringify({
              schemaVersion: 2,
              mediaType: "application/vnd.oci.image.index.v1+json",
              manifests: [],
              annotations: { mark },
            }),
          }),
        );
      await put("first");
      await expect(put("second")).rejects.toMatchObject({ name: "ImageTagAlreadyExistsException" });
    });
  });
}
