/** The base image of the lane, made from Debian's packages and Python's, because images cannot be taken for granted everywhere. */
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must, run } from "./program.ts";

export interface BaseImage {
  /** Codename of the Debian release to take, this machine's own: the wheels are chosen by its Python. */
  readonly debian: string;
  /** Python packages that images built on this one can install without any network. */
  readonly requirements: string;
  /** Certificate that clients in the image trust, as they would the authority of RDS. */
  readonly authority: string;
  /** What it is called afterwards. */
  readonly name: string;
}

const python = "/opt/python/bin";
const path = `${python}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/** Debian with Python, pip, psql and certificates; the part that takes a minute stays in the engine for the next time. */
export async function makeBaseImage({ debian, requirements, authority, name }: BaseImage): Promise<void> {
  const content = createHash("sha256")
    .update(debian)
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 16);
  const root = `mate-containers-root:${content}`;
  if ((await run("docker", ["image", "inspect", root])).exitCode !== 0) await makeRoot({ debian, requirements, root });
  const container = await must("docker", ["create", root, "update-ca-certificates"]);
  try {
    await must("docker", ["cp", authority, `${container}:/usr/local/share/ca-certificates/lane.crt`]);
    await must("docker", ["start", "--attach", container]);
    await must("docker", ["commit", "--change", 'CMD ["python"]', container, name]);
  } finally {
    await must("docker", ["rm", "--force", container]);
  }
}

async function makeRoot(of: {
  readonly debian: string;
  readonly requirements: string;
  readonly root: string;
}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "mate-base-"));
  try {
    const system = join(folder, "system");
    const packages = "python3,python3-venv,ca-certificates,postgresql-client";
    await Promise.all([
      must("debootstrap", ["--variant=minbase", `--include=${packages}`, of.debian, system]),
      downloadWheels(of.requirements, folder),
    ]);
    await must("chroot", [system, "python3", "-m", "venv", "/opt/python"]);
    await cp(join(folder, "wheels"), join(system, "opt/wheels"), { recursive: true });
    await writeFile(join(system, "etc/pip.conf"), "[global]\nno-index = true\nfind-links = /opt/wheels\n");
    for (const cache of ["var/cache/apt", "var/lib/apt/lists"]) await rm(join(system, cache), { recursive: true });
    const tar = join(folder, "system.tar");
    await must("tar", ["-C", system, "-cf", tar, "."]);
    await must("docker", ["import", "--change", `ENV PATH=${path}`, tar, of.root]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By Debian's own Python, so that what is taken fits the one in the image. */
async function downloadWheels(requirements: string, folder: string): Promise<void> {
  const environment = join(folder, "python");
  await must("/usr/bin/python3", ["-m", "venv", environment]);
  const wheels = join(folder, "wheels");
  await mkdir(wheels);
  const pip = ["download", "--quiet", "--only-binary=:all:", "--dest", wheels, "--requirement", requirements];
  await must(join(environment, "bin/pip"), pip);
}
