FNR == 2 {
    n = split(FILENAME, part, "/")
    if (index($0, "/* " part[n] " - ") != 1) print FILENAME ": the second line is not \"/* " part[n] " - ...\""
}
