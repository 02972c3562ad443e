# Reads what ctest printed, over several of its runs: how many tests passed, failed, were skipped, and were skipped although
# they need nothing optional. Only the traces folder is optional; a test that needs it has "traces" in its name. To ctest a
# skipped test has passed; a disabled one is none of its tests.
BEGIN { total = failed = skipped = unwanted = 0 }

/ tests passed, [0-9]+ tests failed out of [0-9]+/ {
  failed += $4
  total += $NF
}

/^The following tests did not run:/ { listing = 1 }
listing && NF == 0 { listing = 0 }
listing && /\(Skipped\)$/ {
  ++skipped
  if (tolower($0) !~ /traces/) ++unwanted
}

END { print total - failed - skipped, failed, skipped, unwanted }
