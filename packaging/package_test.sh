#!/usr/bin/env bash
# Builds the Debian package from a build folder, unpacks it elsewhere, and runs what is in it.
set -euo pipefail
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work" >"$work/cpack.log") ||
  { cat "$work/cpack.log"; exit 1; }
package=$(echo "$work"/*.deb)
dpkg-deb --info "$package" | grep -E "Depends: .*libssl3" ||
  { echo "the package does not name the libraries it needs"; exit 1; }
dpkg-deb --extract "$package" "$work/root"
for file in usr/bin/hongqiao usr/lib/systemd/system/hongqiao.service \
            usr/share/hongqiao/hubs/hongqiao/hub.toml \
            usr/share/hongqiao/hubs/hongqiao/policies/departure-tax-refund/refund-2021.dmn \
            usr/share/hongqiao/hubs/hongqiao/policies/departure-tax-refund/card.zh.md \
            usr/share/doc/hongqiao/README.md; do
  [ -e "$work/root/$file" ] || { echo "missing in the package: $file"; exit 1; }
done
# The installed program finds its hub beside itself.
(cd "$work" && "$work/root/usr/bin/hongqiao" stops shhq | grep AOH)
if command -v systemd-analyze >/dev/null; then
  sed "s|/usr/bin/hongqiao|$work/root/usr/bin/hongqiao|" \
    "$work/root/usr/lib/systemd/system/hongqiao.service" >"$work/hongqiao.service"
  systemd-analyze verify "$work/hongqiao.service"
fi
