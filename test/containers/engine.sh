# Sourced: a Docker engine of one's own, for as long as the caller lives. One that answers already is used and left alone.

engine_pid=""
engine_folder=""

start_engine() {
  if docker info >/dev/null 2>&1; then return; fi
  engine_folder="$(mktemp -d)"
  export DOCKER_HOST="unix://$engine_folder/docker.sock"
  dockerd --host "$DOCKER_HOST" --data-root "$engine_folder/data" --exec-root "$engine_folder/exec" --pidfile "$engine_folder/pid" \
    >"$engine_folder/log" 2>&1 &
  engine_pid=$!
  trap stop_engine EXIT
  for _ in $(seq 1 120); do
    if docker info >/dev/null 2>&1; then return; fi
    kill -0 "$engine_pid" 2>/dev/null || break
    sleep 0.5
  done
  echo "The Docker engine of the containers lane did not start; the end of its log:" >&2
  tail -n 20 "$engine_folder/log" >&2
  return 1
}

stop_engine() {
  trap - EXIT
  if [ -z "$engine_pid" ]; then return; fi
  kill "$engine_pid" 2>/dev/null || true
  wait "$engine_pid" || true
  unset DOCKER_HOST
  engine_pid=""
  rm -rf "$engine_folder"
}
