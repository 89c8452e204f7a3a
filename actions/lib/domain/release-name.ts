/**
 * How a release of the application is called.
 */

import * as z from "zod";
import { show } from "./wording.ts";

/** A release of the application as it is tagged: `v1.4.0`, with an optional pre-release part. Short enough for an image tag. */
export const releasePattern = /^v\d{1,5}\.\d{1,5}\.\d{1,5}(-[0-9A-Za-z]+([.-][0-9A-Za-z]+)*)?$/;

/** `release` in tenant and environment files. */
export const releaseName = z
  .string()
  .max(64)
  .regex(releasePattern, {
    error: ({ input }) => `release must look like v1.4.0, got ${show(input)}`,
  });
