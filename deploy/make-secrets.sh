#!/usr/bin/env bash
# Makes the secrets that docker-compose.yml mounts, each once; what is there stays as it is.
#
#   deploy/make-secrets.sh [FOLDER]     default: deploy/secrets
set -euo pipefail

folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
# The folder keeps other users of this machine out; the files are readable for the container's own user.
chmod 700 "$folder"

random() { od -An -tx1 -N 32 /dev/urandom | tr -d ' \n'; }

make() {
  [ -s "$folder/$1" ] && return
  printf '%s' "$2" >"$folder/$1"
  chmod 444 "$folder/$1"
  echo "made $folder/$1"
}

make frontdesk_secret "$(random)"
make console_token "$(random)"
make postgres_password "$(random)"
make database_url "postgres://frontdesk:$(cat "$folder/postgres_password")@postgres:5432/frontdesk"
