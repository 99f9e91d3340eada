# SPDX-License-Identifier: GPL-2.0
#
# From a test's output, TAP or kselftest's own style, make lines "pass|fail|skip <tab> subtest".
# What the exit status (-v status=N) says must agree: a suite that dies in the middle has failed even if
# all it said until then was good.

function result(verdict, name) {
	gsub(/^[ \t-]+|[ \t]+$/, "", name)
	print verdict "\t" name
	n[verdict]++
}
/^ok [0-9]+ .*# SKIP/ {sub(/^ok [0-9]+/, ""); result("skip", $0); next}
/^ok [0-9]+/ {sub(/^ok [0-9]+/, ""); result("pass", $0); next}
/^not ok [0-9]+/ {sub(/^not ok [0-9]+/, ""); result("fail", $0); next}
/^test .* \.\.\. (ok|FAILED|ignored)$/ {
	verdict = $NF == "ok" ? "pass" : $NF == "FAILED" ? "fail" : "skip"
	sub(/^test /, ""); sub(/ \.\.\. [a-zA-Z]+$/, ""); result(verdict, $0); next
}
/^TEST: .*\[ *[A-Z]+ *\]$/ {
	match($0, /\[ *[A-Z]+ *\]$/)
	word = substr($0, RSTART + 1, RLENGTH - 2); gsub(/ /, "", word)
	verdict = word == "OK" || word == "XFAIL" ? "pass" : word == "SKIP" ? "skip" : "fail"
	result(verdict, substr($0, 7, RSTART - 7)); next
}
/^SKIP: / {result("skip", substr($0, 7)); next}
END {
	if (status == 4 && !n["skip"]) result("skip", "the whole of it")
	else if (status != 0 && status != 4 && !n["fail"]) result("fail", "exit status " status)
	else if (!n["pass"] && !n["fail"] && !n["skip"]) result("pass", "")
}
