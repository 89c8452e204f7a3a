import {
  BatchGetImageCommand,
  DescribeImageScanFindingsCommand,
  type DescribeImageScanFindingsCommandOutput,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  PutImageCommand,
  paginateDescribeImages,
} from "@aws-sdk/client-ecr";
import * as z from "zod";
import { platformDigest } from "../../domain/image.ts";
import { type Finding, type ScanState, type Severity, severities } from "../../domain/scan.ts";
import type { Candidates } from "../../ports/images.ts";
import { hasCode } from "./client.ts";
import { acceptedManifests } from "./manifest-types.ts";

/** What is read of an image's manifest and configuration (OCI image specification). */
const imageManifest = z.object({ config: z.object({ digest: z.string() }) });
const imageConfiguration = z.object({
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** What builds pushed to ECR, before and while it becomes a release. */
export function ecrCandidates(client: ECRClient): Candidates {
  const read = async (repository: string, digest: string): Promise<{ manifest: string; mediaType?: string }> => {
    const { images } = await client.send(
      new BatchGetImageCommand({
        repositoryName: repository,
        imageIds: [{ imageDigest: digest }],
        acceptedMediaTypes: acceptedManifests,
      }),
    );
    const { imageManifest, imageManifestMediaType } = images?.[0] ?? {};
    if (imageManifest === undefined)
      throw new Error(`ECR does not have ${repository}@${digest}, which was just pushed`);
    return { manifest: imageManifest, ...(imageManifestMediaType && { mediaType: imageManifestMediaType }) };
  };
  return {
    resolve: async ({ repository, digest, platform }) => {
      const { manifest } = await read(repository, digest);
      return platformDigest({ digest, manifest, name: repository }, platform);
    },

    scan: async (repository, digest) => {
      try {
        const found = await client.send(
          new DescribeImageScanFindingsCommand({
            repositoryName: repository,
            imageId: { imageDigest: digest },
            maxResults: 1000,
          }),
        );
        return scanState(found);
      } catch (error) {
        if (hasCode(error, "ScanNotFoundException")) return { state: "none" };
        throw error;
      }
    },

    publish: async ({ repository, digest, tag }) => {
      const { manifest, mediaType } = await read(repository, digest);
      try {
        await client.send(
          new PutImageCommand({
            repositoryName: repository,
            imageManifest: manifest,
            imageManifestMediaType: mediaType,
            imageDigest: digest,
            imageTag: tag,
          }),
        );
        return "published";
      } catch (error) {
        // The tag is there already: on this very image, or on another (API reference, PutImage).
        if (hasCode(error, "ImageAlreadyExistsException")) return "published";
        if (hasCode(error, "ImageTagAlreadyExistsException")) return "taken";
        throw error;
      }
    },

    labels: async (repository, digest) => {
      const { manifest } = await read(repository, digest);
      const { config } = imageManifest.parse(JSON.parse(manifest));
      const { downloadUrl } = await client.send(
        new GetDownloadUrlForLayerCommand({ repositoryName: repository, layerDigest: config.digest }),
      );
      // The configuration is a blob like every layer: the address is signed, and needs no credentials.
      const response = await fetch(downloadUrl ?? "");
      if (!response.ok) throw new Error(`${repository}@${digest} gave HTTP ${response.status} for its configuration`);
      return imageConfiguration.parse(await response.json()).config?.Labels ?? {};
    },

    newestTag: async (repository, prefix) => {
      let newest: { readonly tag: string; readonly at: number } | undefined;
      const pages = paginateDescribeImages(
        { client, pageSize: 1000 },
        { repositoryName: repository, filter: { tagStatus: "TAGGED" } },
      );
      for await (const { imageDetails } of pages) {
        for (const { imageTags, imagePushedAt } of imageDetails ?? []) {
          const tag = imageTags?.find((name) => name.startsWith(prefix));
          const at = imagePushedAt?.getTime() ?? 0;
          if (tag !== undefined && (newest === undefined || at > newest.at)) newest = { tag, at };
        }
      }
      return newest?.tag;
    },
  };
}

/** Every status that ECR documents (API reference, ImageScanStatus). */
function scanState({
  imageScanStatus,
  imageScanFindings,
}: Pick<DescribeImageScanFindingsCommandOutput, "imageScanStatus" | "imageScanFindings">): ScanState {
  const status = imageScanStatus?.status;
  switch (status) {
    case "COMPLETE":
    // Continuous scanning by Inspector: scanned, and scanned again when something new becomes known.
    case "ACTIVE":
      return { state: "done", counts: countsOf(imageScanFindings), findings: findingsOf(imageScanFindings) };
    case "IN_PROGRESS":
    case "PENDING":
      return { state: "running" };
    case "FAILED":
    case "UNSUPPORTED_IMAGE":
    case "SCAN_ELIGIBILITY_EXPIRED":
    case "FINDINGS_UNAVAILABLE":
    case "LIMIT_EXCEEDED":
    case "IMAGE_ARCHIVED":
      return { state: "impossible", reason: imageScanStatus?.description ?? status };
    case undefined:
      throw new Error("ECR described a scan without a status");
    default:
      throw new Error(`ECR described a scan of the unknown status ${status satisfies never}`);
  }
}

type Findings = DescribeImageScanFindingsCommandOutput["imageScanFindings"];

function countsOf(findings: Findings): Readonly<Partial<Record<Severity, number>>> {
  const counts: Partial<Record<Severity, number>> = {};
  for (const [name, count] of Object.entries(findings?.findingSeverityCounts ?? {})) {
    const severity = severityOf(name);
    counts[severity] = (counts[severity] ?? 0) + (count ?? 0);
  }
  return counts;
}

/** Basic scanning fills one list, Inspector the other. */
function findingsOf(findings: Findings): readonly Finding[] {
  const basic = (findings?.findings ?? []).map(({ name, severity }) => ({ name, severity }));
  const enhanced = (findings?.enhancedFindings ?? []).map(({ packageVulnerabilityDetails, title, severity }) => ({
    name: packageVulnerabilityDetails?.vulnerabilityId ?? title,
    severity,
  }));
  return [...basic, ...enhanced].map(({ name, severity }) => ({
    name: name ?? "unnamed finding",
    severity: severityOf(severity ?? ""),
  }));
}

/** Inspector's UNTRIAGED is ECR's UNDEFINED: nobody has judged it yet. */
function severityOf(name: string): Severity {
  const known = severities.find((severity) => severity === name.toLowerCase());
  if (known !== undefined) return known;
  if (name === "UNTRIAGED") return "undefined";
  throw new Error(`ECR named the unknown severity ${name}`);
}
