/** What was removed and what was kept of off-boarded tenants, for the run's summary. */
import type { OffboardCertificate } from "../domain/offboard.ts";
import { bullets, document, heading, paragraph, table } from "./block.ts";
import { moment } from "./figures.ts";
import { causeText, code, md } from "./markdown.ts";

export function offboardSummary(result: {
  readonly certificates: readonly OffboardCertificate[];
  readonly failed: readonly { readonly tenant: string; readonly cause: string }[];
}): string {
  const { certificates, failed } = result;
  if (certificates.length + failed.length === 0) {
    return document([heading(2, md`Off-boarding`), paragraph(md`No tenant's file is gone.`)]);
  }
  return document([
    heading(2, md`Off-boarding`),
    ...failed.map(({ tenant, cause }) => paragraph(md`${code(tenant)} was not removed: ${causeText(cause)}`)),
    ...certificates.flatMap(({ tenant, at, kept, snapshots }) => [
      heading(3, md`${tenant} was removed at ${moment(at)}`),
      table(
        [md`Kept`, md`Id`, md`Until`],
        kept.map(({ logicalId, physicalId, until }) => [md`${logicalId}`, code(physicalId), md`${until}`]),
      ),
      ...(snapshots.length === 0 ? [] : [bullets(snapshots.map((id) => md`final snapshot ${code(id)}`))]),
    ]),
  ]);
}
