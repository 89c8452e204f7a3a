/** An authority of the lane's own, as RDS and ElastiCache have one: clients that verify it verify the names of its servers. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./program.ts";

export interface Authority {
  /** Path of its certificate. */
  readonly certificate: string;
  /** Paths of a server's key and certificate for one name. */
  issue(host: string): Promise<{ readonly key: string; readonly certificate: string }>;
}

const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export async function makeAuthority(folder: string): Promise<Authority> {
  await mkdir(folder, { recursive: true });
  const key = join(folder, "authority.key");
  const certificate = join(folder, "authority.pem");
  await must("openssl", [
    ...["req", "-x509", ...curve, "-days", "2", "-subj", "/CN=containers lane"],
    ...["-keyout", key, "-out", certificate],
  ]);
  return {
    certificate,
    issue: async (host) => {
      const own = join(folder, host);
      await mkdir(own, { recursive: true });
      const [request, extensions] = [join(own, "request.pem"), join(own, "extensions")];
      const issued = { key: join(own, "key.pem"), certificate: join(own, "certificate.pem") };
      // A common name has 64 characters at most; clients look at the alternative names anyway.
      await must("openssl", ["req", "-new", ...curve, "-subj", "/CN=server", "-keyout", issued.key, "-out", request]);
      await writeFile(extensions, `subjectAltName=DNS:${host}\n`);
      await must("openssl", [
        ...["x509", "-req", "-in", request, "-days", "2", "-extfile", extensions],
        ...["-CA", certificate, "-CAkey", key, "-CAcreateserial", "-out", issued.certificate],
      ]);
      return issued;
    },
  };
}
