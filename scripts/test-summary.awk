# Reads `go test -v ./...` and shows what a person wants of it: a line for each package, all that a failed package
# printed, why tests were skipped, and counts. Writes the counts to the file `summary` too. Fails if no test ran.

BEGIN { passed = failed = skipped = packages = broken = untested = kept = 0 }

# Which test speaks next.
/^=== (RUN|CONT|NAME) / { speaker = $3; next }
/^=== / { next }

/^ *--- PASS: / { passed++; next }
/^ *--- FAIL: / { failed++ }
/^ *--- SKIP: / {
	skipped++
	line = $0
	sub(/^ *--- SKIP: /, "", line)
	sub(/ \([0-9.]+s\)$/, "", line)
	reason = said ~ /_test\.go:[0-9]+: / ? said : ""
	sub(/^.*_test\.go:[0-9]+: /, "", reason)
	skips[skipped] = line (reason == "" ? "" : ": " reason)
	next
}

# The last line of a package: only now is it known whether what it printed matters.
/^(ok  |FAIL|\?   )\t/ {
	if ($1 == "FAIL") {
		broken++
		for (i = 1; i <= kept; i++) print output[i]
	}
	if ($1 == "?" || /\[no tests to run\]/) untested++
	packages++
	kept = 0
	speaker = ""
	print
	fflush()
	next
}

{
	if (speaker != "" && $0 !~ /^ *--- /) {
		output[++kept] = "=== " speaker
		speaker = ""
	}
	said = $0
	output[++kept] = $0
}

END {
	for (i = 1; i <= kept; i++) if (output[i] !~ /^(PASS|FAIL)?$/) print output[i]
	if (skipped) print "\nskipped:"
	for (i = 1; i <= skipped; i++) print "  " skips[i]
	databases = ENVIRON["KOPIR_TEST_POSTGRES_URL"] != "" ? "SQLite and Postgres" : "SQLite only, THE TESTS THAT NEED POSTGRES WERE SKIPPED"
	counts = "databases: " databases "\n"
	counts = counts sprintf("packages: %d, %d without tests, %d failed\n", packages, untested, broken)
	counts = counts sprintf("tests: %d passed, %d failed, %d skipped\n", passed, failed, skipped)
	printf "\n%s", counts
	if (summary != "") printf "%s", counts >summary
	if (passed + failed == 0) {
		print "no test ran"
		exit 1
	}
	exit failed + broken > 0
}
