#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Unpack Debian packages of another architecture into a directory.
#
#   .ci/sysroot.sh ARCHITECTURE DIRECTORY PACKAGE...
#
# apt works on a state of its own in there, so that this machine's packages and
# architectures stay as they are and nobody has to be root.
set -eu

arch=$1
root=$2
shift 2

[ ! -e "$root/complete" ] || exit 0
rm -rf "$root"
mkdir -p "$root/apt/lists/partial" "$root/apt/archives/partial"
cat >"$root/apt/conf" <<EOF
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Dir::State "$root/apt";
Dir::State::status "/dev/null";
Dir::Cache "$root/apt";
EOF
APT_CONFIG=$root/apt/conf
export APT_CONFIG

echo "sysroot: fetching $* for $arch"
apt-get -q update
cd "$root/apt/archives"
apt-get -q download "$@"
for package in *.deb; do
	dpkg-deb -x "$package" "$root"
done
rm -rf "$root/apt"
: >"$root/complete"
