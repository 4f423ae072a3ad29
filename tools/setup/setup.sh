# shellcheck shell=bash
# Shared by ./run and ./test: speaking to people, installing packages, building the page.
# Sourced by bash from the root of the checkout; writes details to build/setup.log.

setup_log=build/setup.log
case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in zh*) speaks_chinese=yes ;; *) speaks_chinese=no ;; esac

# say ENGLISH CHINESE: one line in the reader's language.
say() { if [ $speaks_chinese = yes ]; then echo "$2"; else echo "$1"; fi; }

# stop ENGLISH CHINESE: the last line, and an end.
stop() { say "$1" "$2" >&2; exit 1; }

# step ENGLISH CHINESE COMMAND...: runs quietly; a failure ends with one line that names the cause.
step() {
  local english=$1 chinese=$2; shift 2
  say "$english ..." "${chinese} ……"
  local from; from=$(($(wc -l <"$setup_log") + 1))
  "$@" >>"$setup_log" 2>&1 && return
  local said; said=$(tail -n "+$from" "$setup_log")
  case "$said" in
    *"No space left on device"*|*ENOSPC*)
      stop "The disk is full: free about 3 GB and start again." "磁盘空间不足：请释放约 3 GB 后重试。" ;;
    *"Temporary failure resolving"*|*"Could not resolve"*|*"Failed to fetch"*|*ENOTFOUND*|*EAI_AGAIN*|*ECONNREFUSED*|*ETIMEDOUT*)
      stop "No network: packages could not be fetched. Connect and start again." "没有网络：无法下载软件包。请联网后重试。" ;;
    *"Permission denied"*|*EACCES*)
      stop "No right to write in $(pwd) or to install. Details: $setup_log" "没有写入或安装权限：$(pwd)。详情见 $setup_log" ;;
    *)
      echo "$said" | tail -n 15 >&2
      stop "Failed: $english. Details: $setup_log" "失败：${chinese}。详情见 $setup_log" ;;
  esac
}

# packages KIND: names from packages.txt; KIND is run or test (which takes both).
packages() {
  if [ "$1" = test ]; then sed -n 's/^\(test: \)\{0,1\}\([a-z0-9].*\)$/\2/p' packages.txt
  else sed -n '/^test: /d; s/^\([a-z0-9].*\)$/\1/p' packages.txt; fi
}

missing_packages() {
  local package
  for package in $(packages "$1"); do
    # A node newer than Debian's brings its own npm.
    [ "$package" = npm ] && command -v npm >/dev/null && continue
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      echo "$package"
  done
}

# install_packages KIND: what is missing, through apt; nothing where nothing is missing.
install_packages() {
  local missing as_root=
  command -v dpkg-query >/dev/null ||
    stop "This needs Debian 12 (apt); on another system use the Dockerfile." "需要 Debian 12（apt）；其他系统请使用 Dockerfile。"
  missing=$(missing_packages "$1" | tr '\n' ' ')
  [ -z "$missing" ] && return
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || stop "Missing packages need root or sudo: $missing" "缺少软件包，需要 root 或 sudo：$missing"
    as_root=sudo
  fi
  step "Looking up Debian packages" "查找 Debian 软件包" $as_root apt-get update -qq
  # shellcheck disable=SC2086  # a list of names
  step "Installing: $missing" "正在安装：$missing" $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing
}

# A digest of all that the page is built from.
page_digest() {
  find web src/api/openapi.json hubs/hongqiao/hub.toml \
    \( -path web/node_modules -o -path web/.generated -o -path web/dist \) -prune -o \
    -type f -print | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-64
}

# build_page: npm ci and Vite, only where the page is older than its sources.
build_page() {
  local digest; digest=$(page_digest)
  [ "$(cat web/dist/.digest 2>/dev/null)" = "$digest" ] && return
  step "Fetching what the page is built with" "下载构建页面所需的组件" \
    npm --prefix web ci --no-audit --no-fund
  step "Building the page" "构建页面" npm --prefix web run build
  echo "$digest" >web/dist/.digest
}

if ! { mkdir -p build && : >"$setup_log"; } 2>/dev/null; then
  setup_log=/dev/null
  stop "No right to write in $(pwd), or the disk is full." "无法写入 $(pwd)：没有权限或磁盘已满。"
fi
