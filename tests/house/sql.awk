# A literal that begins with a verb of SQL within the arguments of a function that formats.
FNR == 1 { call = 0 }
/(buf_print|str_print|snprintf)[ ]*\(/ { call = FNR }
call && FNR - call < 4 && /"(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER) / { print FILENAME ":" FNR ": SQL that is formatted" }
/;[ \t]*$/ { call = 0 }
