# Read by the other scripts: the folder, the Node, the interface.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -x build/node/bin/node ] && PATH="$PWD/build/node/bin:$PATH"
export PATH
jobs=$(nproc)

# Installs the pinned packages of a folder when its lock file is newer than what is installed.
npm_here() {
    if [ ! -f "$1/node_modules/.package-lock.json" ] || [ "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]; then
        (cd "$1" && npm ci --loglevel=error --no-audit --no-fund)
        touch "$1/node_modules/.package-lock.json"
    fi
}

# The interface, built when any of its sources is newer than the last build.
web_here() {
    npm_here web
    if [ ! -f web/dist/index.html ] || [ -n "$(find web/src web/public web/index.html web/package-lock.json web/vite.config.ts -newer web/dist/index.html -print -quit)" ]; then
        mkdir -p build
        (cd web && npm run --silent build >../build/web.log 2>&1) || { cat build/web.log; return 1; }
    fi
}
