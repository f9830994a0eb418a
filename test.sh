#!/usr/bin/env bash
# Installs what the tests need on a Debian machine that has the .NET SDK and Node.js, then runs every test.
# Options are passed on to `dotnet test`; the last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")"

install_packages() {
  local missing=()
  [ -x /usr/bin/chromium ] || missing+=(chromium)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || missing+=(python3-aiosmtpd)
  command -v npm >/dev/null || missing+=(nodejs npm)
  if [ ${#missing[@]} -gt 0 ]; then
    local sudo=''
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    echo "Installing ${missing[*]} ..."
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  fi
}

install_clients() {
  local lock=tests/clients/package-lock.json
  if ! cmp -s "$lock" tests/clients/node_modules/.installed 2>/dev/null; then
    (cd tests/clients && npm ci --no-audit --no-fund --loglevel=error)
    cp "$lock" tests/clients/node_modules/.installed
  fi
}

run_tests() {
  local log status=0
  log=$(mktemp)
  dotnet build MlHub.sln -v quiet --nologo
  dotnet format MlHub.sln --verify-no-changes --no-restore --exclude-diagnostics IDE0130
  dotnet test --solution MlHub.sln --no-build "$@" 2>&1 | tee "$log" || status=$?
  count() { grep -E "^ *$1: [0-9]+" "$log" | tail -n 1 | grep -oE '[0-9]+' || echo 0; }
  echo "$(count succeeded) passed, $(count failed) failed, $(count skipped) skipped"
  rm -f "$log"
  return "$status"
}

install_packages
install_clients
run_tests "$@"
