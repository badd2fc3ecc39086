#!/usr/bin/env bash
# Installs what a fresh Debian machine lacks for the given purposes: web, browser, postgres. Does nothing when all is there.
set -eu
apt_get() {
	if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
	for try in 1 2 3; do
		$sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -yq "$@" && return 0
		sleep $((try * 3))
	done
	return 1
}
need=""
for what in "$@"; do
	case $what in
	browser)
		command -v chromium >/dev/null || need="$need chromium"
		fc-list 2>/dev/null | grep -qi 'cjk\|wqy\|droid sans fallback' || need="$need fonts-noto-cjk fontconfig"
		;;
	postgres)
		[ -n "${PG_BINDIR:-}" ] || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need="$need postgresql-15"
		;;
	gcc) command -v gcc >/dev/null || need="$need gcc libc6-dev" ;;
	esac
done
if [ -n "$need" ]; then
	echo "installing:$need" >&2
	apt_get update >/dev/null || true
	# shellcheck disable=SC2086
	apt_get install --no-install-recommends $need >/dev/null
fi
