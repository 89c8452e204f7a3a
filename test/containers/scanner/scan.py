"""Writes what an image holds as SPDX, by BuildKit's protocol for scanners (moby/buildkit, docs/attestations/sbom-protocol.md)."""

import importlib.metadata
import json
import os
import pathlib


def debian(root: pathlib.Path) -> list[tuple[str, str]]:
    status = root / "var/lib/dpkg/status"
    blocks = status.read_text(encoding="utf-8").split("\n\n") if status.exists() else []
    fields = (dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and line[0] != " ") for block in blocks)
    return [(one["Package"], one["Version"]) for one in fields if "Package" in one]


def python(root: pathlib.Path) -> list[tuple[str, str]]:
    folders = [str(folder) for folder in root.glob("opt/python/lib/python3*/site-packages")]
    return [(one.metadata["Name"], one.version) for one in importlib.metadata.distributions(path=folders)]


def main() -> None:
    root = pathlib.Path(os.environ["BUILDKIT_SCAN_SOURCE"])
    found = sorted({*(("deb", *one) for one in debian(root)), *(("pypi", *one) for one in python(root))})
    packages = [
        {
            "SPDXID": f"SPDXRef-{number}",
            "name": name,
            "versionInfo": version,
            "downloadLocation": "NOASSERTION",
            "externalRefs": [
                {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": f"pkg:{kind}/{name}@{version}"}
            ],
        }
        for number, (kind, name, version) in enumerate(found)
    ]
    document = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": root.name, "dataLicense": "CC0-1.0", "packages": packages}
    statement = {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://spdx.dev/Document", "predicate": document}
    (pathlib.Path(os.environ["BUILDKIT_SCAN_DESTINATION"]) / "image.spdx.json").write_text(json.dumps(statement), encoding="utf-8")


if __name__ == "__main__":
    main()
