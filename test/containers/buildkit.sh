#!/usr/bin/env bash
# Builds buildkitd and the buildx plugin of docker into a folder: Debian has neither, and without them docker builds without attestations.
# They are built as dependencies of a module made for it, because both go.mod files have lines that `go install` refuses.
set -euo pipefail
folder="$(mkdir -p "$1" && cd "$1" && pwd)"
module="$(mktemp -d)"
trap 'rm -rf "$module"' EXIT
cd "$module"
go mod init containers-lane
go get github.com/docker/buildx/cmd/buildx@v0.24.0 github.com/moby/buildkit/cmd/buildkitd@v0.22.0
go build -trimpath -o "$folder/docker-buildx" github.com/docker/buildx/cmd/buildx
go build -trimpath -o "$folder/buildkitd" github.com/moby/buildkit/cmd/buildkitd
