#!/usr/bin/env bash
# Makes the seeds of every target from the fixtures of the crates' own tests; copies none of them.
set -euo pipefail
cd "$(dirname "$0")"
fixtures=../jumpcloud-client/tests/fixtures

seed() { mkdir -p "corpus/$1"; cat >"corpus/$1/$2"; }

# Lists: a byte that chooses the resource, then answers that end at 0xff.
number=0
for model in system system_user application organization user_group policy authn_policy \
    saas_application app graph_object graph_connection organization_detail; do
    for kind in full minimal odd; do
        row=$fixtures/$model/$kind.json
        [ -f "$row" ] || continue
        # shellcheck disable=SC2059
        choice=$(printf '\\x%02x' "$number")
        {
            printf "$choice"
            printf '{"totalCount":1,"results":['
            cat "$row"
            printf ']}\xff{"totalCount":1,"results":[]}'
        } | seed lists "$model-$kind-wrapped"
        {
            printf "$choice"
            printf '['
            cat "$row"
            printf ']\xff[]'
        } | seed lists "$model-$kind-bare"
    done
    number=$((number + 1))
done

{
    printf '\0[1,"a"]\n['
    cat "$fixtures/event/full.json"
    printf ']\xff\n[]'
} | seed events full

for base in https://console.eu.jumpcloud.com/api http://127.0.0.1:8080/api/v2 'http://[::1]:9' eu \
    https://user@host/ https://0x7f.1/ http://localhost.; do
    printf '%s' "$base" | seed region "$(printf '%s' "$base" | tr -c 'a-z0-9\n' _)"
done

for list in system:SYS system_user:USR user_group:UGR policy:POL application:APP; do
    {
        printf '{"schema":"jumpcloud-snapshot/1","taken_at":"2026-11-23T12:00:00Z","inputs":{"%s":[' \
            "${list#*:}"
        cat "$fixtures/${list%:*}/full.json"
        printf ']}}'
    } | tee >(seed snapshot "${list%:*}") | seed evaluate "${list%:*}"
done

printf '3601' | seed headers seconds
printf 'Mon, 23 Nov 2026 12:00:00 GMT7' | seed headers date
printf '\0\0\0\1' | seed checkpoint cut
printf '{"files":{}}' | seed pack manifest
