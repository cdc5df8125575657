# LAYOUT.md's index of flow/ names each of its files, once, and no other.
cd "$(dirname "$0")/../.." || exit 1
named() { sed -n '/^flow\/  *THE HALL/,/^job\//p' LAYOUT.md | grep -v '^job/' | grep -oE '[a-z_0-9]+\.c' | LC_ALL=C sort; }
there() { (cd src/flow && ls -- *.c) | LC_ALL=C sort; }
diff <(there) <(named) | sed -n 's/^< \(.*\)/src\/flow\/\1: LAYOUT.md does not say where it belongs/p; s/^> \(.*\)/LAYOUT.md: flow\/\1 is named once too often/p'
