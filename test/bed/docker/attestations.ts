/** What buildx attaches with `--provenance` and `--sbom`: how an image was made, and what is in it. */
import type { StageImage } from "./stage-image.ts";

export interface Attestation {
  readonly predicateType: string;
  /** An in-toto statement. */
  readonly statement: object;
}

export function attestations(
  image: StageImage,
  about: { readonly repository: string; readonly target: string; readonly digest: string },
): readonly Attestation[] {
  const name = `pkg:docker/${about.repository}?platform=${encodeURIComponent(image.platform)}`;
  const subject = [{ name, digest: { sha256: about.digest.replace("sha256:", "") } }];
  const statement = (predicateType: string, predicate: object): Attestation => ({
    predicateType,
    statement: { _type: "https://in-toto.io/Statement/v0.1", predicateType, subject, predicate },
  });
  return [
    statement("https://spdx.dev/Document", bill(image, about.repository)),
    statement("https://slsa.dev/provenance/v0.2", {
      builder: { id: "" },
      buildType: "https://mobyproject.org/buildkit@v1",
      materials: image.base === "scratch" ? [] : [{ uri: `pkg:docker/${image.base}` }],
      invocation: {
        configSource: { entryPoint: "Dockerfile" },
        parameters: { frontend: "dockerfile.v0", args: { target: about.target } },
        environment: { platform: image.platform },
      },
      metadata: { completeness: { parameters: true, environment: true, materials: false }, reproducible: true },
    }),
  ];
}

/** SPDX 2.3, of what can be known without running anything: pinned Python requirements that are in the image. */
function bill(image: StageImage, name: string): object {
  const packages = [...image.files].flatMap(([path, entry]) => {
    if (entry.kind !== "file" || !/(^|\/)requirements[\w.-]*\.txt$/.test(path)) return [];
    const lines = Buffer.from(entry.content).toString("utf8").split("\n");
    return lines.flatMap((line) => {
      const [, pin, versionInfo] = /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([\w.+-]+)/.exec(line.trim()) ?? [];
      if (pin === undefined || versionInfo === undefined) return [];
      return [
        { SPDXID: `SPDXRef-Package-${pin}`, name: pin, versionInfo, downloadLocation: "NOASSERTION", sourceInfo: path },
      ];
    });
  });
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name,
    creationInfo: { created: "1970-01-01T00:00:00Z", creators: ["Tool: test/bed/docker"] },
    packages,
  };
}
