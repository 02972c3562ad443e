# Reads what ctest and the stress printed, over several runs: how many tests passed, failed, were skipped, and were
# skipped although they need nothing optional; then, a line each, those that failed. Only the traces folder is optional; a
# test that needs it has "traces" in its name. To ctest a skipped test has passed; a disabled one is none of its tests.
BEGIN { total = failed = skipped = unwanted = 0 }

/ tests passed, [0-9]+ tests failed out of [0-9]+/ {
  failed += $4
  total += $NF
}

# The cases of ./dev check stress; elsewhere stress.py is one of ctest's tests.
/^--- check / { stress = $NF == "stress" }
stress && /^stress: [0-9]+ passed, [0-9]+ failed$/ {
  failed += $4
  total += $2 + $4
}
stress && sub(/^FAILED: case/, "stress case") { names = names "failed: " $0 "\n" }

NF == 0 { listed = "" }
/^The following tests / { listed = $NF }  # "run:" (they did not) or "FAILED:"
listed == "run:" && /\(Skipped\)$/ {
  ++skipped
  if (tolower($0) !~ /traces/) ++unwanted
}
listed == "FAILED:" && sub(/^[ \t]+[0-9]+ - /, "") { names = names "failed: " $0 "\n" }

END {
  print total - failed - skipped, failed, skipped, unwanted
  printf "%s", names
}
