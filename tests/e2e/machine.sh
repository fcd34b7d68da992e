# Sourced by examples/try and tests/run: what a fresh Debian or Ubuntu machine needs.

BUILD_PACKAGES="cmake ninja-build g++ git pkg-config libssh-dev libyaml-cpp-dev libfmt-dev libspdlog-dev
  nlohmann-json3-dev libpcre2-dev libssl-dev zlib1g-dev"
LAB_PACKAGES="python3 mmdebstrap debian-archive-keyring iproute2 openssh-client ca-certificates"
TEST_PACKAGES="libgtest-dev libgmock-dev clang-format openssh-server busybox ccache mandoc tmux zsh fish"

# Runs a command as root.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

installed() {
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs the packages that are missing. The services in them are not started: the tests start their own.
install_packages() {
  local missing="" package
  for package in "$@"; do installed "$package" || missing="$missing $package"; done
  [ -n "$missing" ] || return 0
  echo "Installing$missing"
  local policy=/usr/sbin/policy-rc.d added=""
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
    added=yes
  fi
  local status=0
  { as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; } ||
    status=$?
  [ -z "$added" ] || as_root rm -f $policy
  return $status
}

# clang's sanitizers and fuzzer are a package of their own in newer releases.
fuzz_packages() {
  echo clang
  if apt-cache show libclang-rt-dev >/dev/null 2>&1; then echo libclang-rt-dev; fi
}

# For the page of --report. Ubuntu has Chromium as a snap only, which can't open files outside of home directories.
browser_packages() {
  if apt-cache show chromium 2>/dev/null | grep -q '^Version'; then echo chromium; fi
}

# The Engine may be there under another package's name. Not every release has buildx as a package; the laboratory copes.
docker_packages() {
  command -v dockerd >/dev/null || [ -x /usr/sbin/dockerd ] || echo docker.io iptables
  if ! docker buildx version >/dev/null 2>&1 && apt-cache show docker-buildx >/dev/null 2>&1; then echo docker-buildx; fi
}
