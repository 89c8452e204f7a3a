import { expect, test } from "vitest";
import { describeBuildFailure } from "../../../actions/lib/adapters/docker/build-failure.ts";

/** As buildx 0.17 with BuildKit 0.16 prints it. */
const buildx = `#0 building with "mate-1" instance using docker-container driver

#5 importing cache manifest from registry/mate/django:cache-v1.3.0
#5 ERROR: failed to configure registry cache importer: registry/mate/django:cache-v1.3.0: not found

#8 [django 4/6] RUN npm ci
#8 0.412 npm error code ELSPROBLEMS
#8 CANCELED

#9 [base 3/4] RUN pip install --requirement requirements.txt
#9 1.204 ERROR: No matching distribution found for Django==99.0
#9 ERROR: process "/bin/sh -c pip install --requirement requirements.txt" did not complete successfully: exit code: 1
------
 > [base 3/4] RUN pip install --requirement requirements.txt:
1.204 ERROR: No matching distribution found for Django==99.0
------
Dockerfile:7
--------------------
   5 |     WORKDIR /srv/mate
   6 |     COPY requirements.txt ./
   7 | >>> RUN pip install --requirement requirements.txt
   8 |     COPY manage.py ./
   9 |     COPY mate mate
--------------------
ERROR: failed to solve: process "/bin/sh -c pip install --requirement requirements.txt" did not complete successfully: exit code: 1`;

/** As docker 20.10 prints it with DOCKER_BUILDKIT=1. */
const docker2010 = `#6 [3/3] RUN exit 3
#6 ERROR: executor failed running [/bin/sh -c exit 3]: exit code: 3
------
 > [3/3] RUN exit 3:
------
executor failed running [/bin/sh -c exit 3]: exit code: 3`;

test("names the step that failed, not one that was cancelled and not a cache that was missing", () => {
  expect(describeBuildFailure("mate/django", buildx.split("\n")).split("\n")[0]).toBe(
    'building mate/django failed at [base 3/4] RUN pip install --requirement requirements.txt: process "/bin/sh -c pip install --requirement requirements.txt" did not complete successfully: exit code: 1',
  );
});

test("shows the last lines after it", () => {
  const lines = describeBuildFailure("mate/django", buildx.split("\n")).split("\n");
  expect(lines).toContain("1.204 ERROR: No matching distribution found for Django==99.0");
  expect(lines.length).toBeLessThanOrEqual(26);
});

test("reads an older docker too", () => {
  expect(describeBuildFailure("mate/django", docker2010.split("\n")).split("\n")[0]).toBe(
    "building mate/django failed at [3/3] RUN exit 3: executor failed running [/bin/sh -c exit 3]: exit code: 3",
  );
});

test("takes the command's own last word where no step failed", () => {
  const lines = [
    "ERROR: failed to build: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory",
  ];
  expect(describeBuildFailure("mate/beat", lines).split("\n")[0]).toBe(
    "building mate/beat failed: failed to read dockerfile: open Dockerfile: no such file or directory",
  );
});

test("leaves out which parts of an older BuildKit handed the error on", () => {
  const lines = [
    "failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: COPPY",
  ];
  expect(describeBuildFailure("mate/beat", lines).split("\n")[0]).toBe(
    "building mate/beat failed: dockerfile parse error line 2: unknown instruction: COPPY",
  );
});

test("says so when docker said nothing", () => {
  expect(describeBuildFailure("mate/beat", [])).toBe("building mate/beat failed: docker gave no reason");
});
