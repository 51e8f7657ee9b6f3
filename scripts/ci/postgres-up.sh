#!/usr/bin/env bash
# A private PostgreSQL 17 with pgvector on Debian 12, for tests:
#
#   scripts/ci/postgres-up.sh CACHE PORT     prints "PID DATA URL" once it answers; stop it with: kill -INT PID
#
# Debian 12 has no PostgreSQL 17, so the packages of the next release are unpacked (not installed) into CACHE and run from
# there in a chroot: about 10 s the first time, 3 s again. Needs root for the chroot. Every start makes an empty cluster.
set -euo pipefail

cache=$(realpath -m "${1:?the folder that keeps the unpacked packages}")
port=${2:?a free port}

version=17
release=trixie
uid=70000 # a user that exists only inside the chroot
bin=/usr/lib/postgresql/$version/bin
root=$cache/postgresql-$version

say() { printf '%s\n' "$*" >&2; }

# Debian's address as this machine knows it: the repository of its own release.
mirror() {
  local codename
  codename=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  # All of it is read, so that apt-get is never cut off by a closed pipe.
  apt-get indextargets --format '$(CODENAME) $(REPO_URI)' |
    awk -v codename="$codename" '$1 == codename && uri == "" { uri = $2 } END { print uri }'
}

# Downloads and unpacks into $1, which only becomes $root when it is complete.
unpack() {
  local into=$1 work=$1.work uri
  uri=$(mirror)
  [ -n "$uri" ] || { say "apt names no repository for this machine's release; run apt-get update and look at /etc/apt"; return 1; }
  rm -rf "$into" "$work"
  mkdir -p "$into" "$work"/{lists/partial,cache/archives/partial,debs}
  : >"$work/status"
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
    "$uri" "$release" >"$work/apt.sources"
  # An apt of its own: its lists, its cache, and a system on which nothing is installed.
  local apt=(apt-get -qq
    -o "Dir::Etc::sourcelist=$work/apt.sources" -o Dir::Etc::sourceparts=/nonexistent
    -o "Dir::State::lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache"
    -o APT::Sandbox::User=root -o Acquire::Retries=3)
  "${apt[@]}" update
  # Left out to save time: LLVM (hence jit=off), Perl and what only an installed system needs. None is loaded at run time.
  local without='^(libllvm|libz3|libperl|perl|passwd|procps|libproc2|adduser|debconf|openssl|locales|libc-l10n|postgresql-.*common|postgresql-common|libdb5|libgdbm|ucf|ssl-cert|lib.*-perl$|libsem|libsepol|libpam-mod|login)'
  local packages
  mapfile -t packages < <("${apt[@]}" -y --no-install-recommends --print-uris install \
    "postgresql-$version-pgvector" dash libc-bin 2>/dev/null |
    awk '/^\x27/ { sub(/_.*/, "", $2); print $2 }' | grep -Ev "$without")
  [ ${#packages[@]} -gt 0 ] || { say "Debian $release offers no postgresql-$version-pgvector here"; return 1; }
  (cd "$work/debs" && "${apt[@]}" download "${packages[@]}")
  local deb folder
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$into"; done
  for folder in bin sbin lib lib64; do
    mkdir -p "$into/usr/$folder"
    [ -e "$into/$folder" ] || ln -s "usr/$folder" "$into/$folder"
  done
  rm -rf "$into/usr/lib/postgresql/$version/lib"/{bitcode,llvmjit*} "$into"/usr/share/{doc,man} "$work"
  mkdir -p "$into"/{tmp,dev/shm,proc}
  chmod 1777 "$into/tmp" "$into/dev/shm"
  mknod -m 666 "$into/dev/null" c 1 3
  mknod -m 666 "$into/dev/urandom" c 1 9
  printf 'root:x:0:0::/:/bin/sh\npostgres:x:%s:%s::/tmp:/bin/sh\n' $uid $uid >"$into/etc/passwd"
  printf 'postgres:x:%s:\n' $uid >"$into/etc/group"
  printf '127.0.0.1 localhost\n' >"$into/etc/hosts"
  chmod 755 "$into"
}

inside() { env -i PATH=/usr/sbin:/usr/bin:/bin LC_ALL=C.UTF-8 chroot --userspec=$uid:$uid "$root" "$@"; }

[ "$(id -u)" = 0 ] || { say "PostgreSQL runs in a chroot here, which needs root; or set TEST_DATABASE_URL to a server you have"; exit 1; }

mkdir -p "$cache"
exec 9>"$cache/lock" # two runs on one machine unpack once
flock 9
if [ ! -d "$root" ]; then
  say "unpacking PostgreSQL $version with pgvector into $cache"
  unpack "$root.new"
  mv "$root.new" "$root"
fi
exec 9>&-

data=/data-$port
rm -rf "${root:?}$data"
install -d -o $uid -g $uid -m 700 "$root$data"
inside $bin/initdb -D "$data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >/dev/null
# Nothing here has to survive a power cut, so it doesn't wait for the disk.
inside $bin/pg_ctl -s -w -t 30 -D "$data" -l "$data/log" -o "-p $port -c listen_addresses=127.0.0.1 \
  -c unix_socket_directories=/tmp -c jit=off -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
  -c shared_buffers=256MB -c maintenance_work_mem=256MB -c dynamic_shared_memory_type=mmap -c max_connections=200" \
  start >&2 </dev/null || { cat "$root$data/log" >&2; exit 1; }
inside $bin/psql -h 127.0.0.1 -p "$port" -U postgres -qAt -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION vector' \
  -c "SELECT 'PostgreSQL ' || current_setting('server_version') || ' with pgvector ' || extversion FROM pg_extension WHERE extname = 'vector'" >&2

printf '%s %s %s\n' "$(head -1 "$root$data/postmaster.pid")" "$root$data" "postgres://postgres@127.0.0.1:$port/postgres"
