#!/bin/bash
# What is kept in the repository is written by people: nothing above a mebibyte, none of the files that a server leaves. A line: file and why.
git ls-files -s | awk -F '\t' '{ split($1, part, " "); print part[2] "\t" $2 }' | git cat-file --batch-check='%(objectsize)	%(rest)' |
    awk -F '\t' '$2 ~ /\.db(-[a-z]+)?$/ { print $2 ": a server left it" } $1 > 1048576 { print $2 ": above a mebibyte" }'
