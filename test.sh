#!/usr/bin/env bash
# Installs what the tests need on a Debian machine that has the .NET SDK and Node.js, then runs every test.
# Options are passed on to `dotnet test`; the last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")"

install_packages() {
  local missing=()
  [ -x /usr/bin/chromium ] || missing+=(chromium)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  command -v strace >/dev/null || missing+=(strace)
  /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || missing+=(python3-aiosmtpd)
  /usr/bin/python3 -c 'import numpy' 2>/dev/null || missing+=(python3-numpy)
  local module
  for module in sklearn pandas cloudpickle joblib xgboost torch; do
    [ -e /usr/lib/python3/dist-packages/$module ] || missing+=("python3-$module")
  done
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

install_models() {
  [ "$(uname -sm)" != 'Linux x86_64' ] || { tools/get-onnxruntime.sh && tools/get-test-models.sh; } >/dev/null
}

# The calls over HTTP once more, on PostgreSQL.
on_postgresql=(Access.Folder Access.Permission Artifacts. Audit. Calls. Compare. Events. LoggedModels. Notifications. Past. Registry. Repeats. Reviews. Serving.ServingApi Tracking. Trash.)

run_tests() {
  local all calls status=0
  all=$(mktemp) calls=$(mktemp)
  dotnet build MlHub.sln -v quiet --nologo
  dotnet format MlHub.sln --verify-no-changes --no-restore --exclude-diagnostics IDE0130
  dotnet test --solution MlHub.sln --no-build "$@" 2>&1 | tee "$all" || status=$?
  if [ $# -eq 0 ]; then
    local classes=("${on_postgresql[@]/#/MlHub.Web.Tests.}")
    MLHUB_TEST_DATABASE=PostgreSql dotnet test --project tests/MlHub.Web.Tests --no-build \
      --filter-class "${classes[@]/%/*}" 2>&1 | tee "$calls" || status=$?
  fi
  last() { grep -E "^ *$1: [0-9]+" "$2" | tail -n 1 | grep -oE '[0-9]+' || echo 0; }
  count() { echo $(($(last "$1" "$all") + $(last "$1" "$calls"))); }
  echo "$(count succeeded) passed, $(count failed) failed, $(count skipped) skipped"
  rm -f "$all" "$calls"
  return "$status"
}

install_packages
install_clients
install_models
run_tests "$@"
