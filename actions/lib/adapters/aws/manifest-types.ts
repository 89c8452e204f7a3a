/** Media types of indexes and manifests that ECR shall give as they are, in the OCI's words and in Docker's. */
export const acceptedManifests: string[] = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
