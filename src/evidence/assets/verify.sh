#!/bin/sh
# Verifies an unpacked evidence pack: sh verify/verify.sh [CA.crt]
# CA.crt is the root certificate that reached you by another way than this pack. Without it the pack's own is used,
# which proves that nothing was changed, but not who signed.
cd "$(dirname "$0")/.." || exit 2
own=keys/ca.crt
ca=${1:-$own}
failed=0
check() { # DESCRIPTION COMMAND...
    what=$1
    shift
    if said=$("$@" 2>&1); then echo "ok      $what"; else
        echo "FAILED  $what"
        echo "$said" | sed 's/^/        /'
        failed=1
    fi
}
skip() { echo "skipped $1: $2 is not installed"; }

if command -v sha256sum >/dev/null; then
    check "every listed file has its SHA-256" sha256sum -c --quiet --strict SHA256SUMS
elif command -v shasum >/dev/null; then
    check "every listed file has its SHA-256" shasum -a 256 -c SHA256SUMS
else
    skip "every listed file has its SHA-256" sha256sum
fi
if command -v openssl >/dev/null; then
    check "SHA256SUMS is signed by a certificate of $ca" openssl cms -verify -binary -inform DER \
        -in SHA256SUMS.p7s -content SHA256SUMS -CAfile "$ca" -purpose any -out /dev/null
    check "the checkpoint of the audit log is signed by a certificate of $ca" openssl cms -verify -binary -inform DER \
        -in audit/checkpoint.txt.p7s -content audit/checkpoint.txt -CAfile "$ca" -purpose any -out /dev/null
    for file in SHA256SUMS audit/checkpoint.txt; do
        [ -e "$file.tst" ] && check "$file.tst is a time stamp of $file by a certificate of keys/tsa.crt" openssl ts -verify \
            -data "$file" -in "$file.tst" -token_in -CAfile keys/tsa.crt -partial_chain
    done
    openssl x509 -in "$ca" -noout -subject -fingerprint -sha256
    [ "$ca" = "$own" ] && echo "        compare this fingerprint with the one that reached you by another way"
else
    skip "signatures" openssl
fi
if command -v pdfsig >/dev/null; then
    signed() { pdfsig -nocert report/evidence-report.pdf 2>/dev/null | grep -q 'Signature is Valid' &&
        pdfsig -nocert report/evidence-report.pdf 2>/dev/null | grep -q 'Total document signed'; }
    check "the signature of the report is valid and covers all of it" signed
else
    skip "the signature of the report" "pdfsig (poppler-utils)"
fi
if command -v python3 >/dev/null; then
    python3 verify/verify.py . || failed=1
else
    skip "extra files, audit log and proofs" python3
fi
exit $failed
