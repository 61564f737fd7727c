#!/bin/sh
# check_symbols.sh NM "OBJECT;OBJECT": each object file defines its entry and no other code that another file could see.
# DW.ref... is no code but an address: where exceptions are handled, which with AddressSanitizer's clean-up they are.
nm=$1
count=0
for object in $(echo "$2" | tr ';' ' '); do
  count=$((count + 1))
  seen=$("$nm" --defined-only --extern-only -C "$object" | grep -v ' V DW\.ref\.' | grep -vE 'ntorc::train::avx[0-9]+_kernels\(\)$')
  weak=$("$nm" -C "$object" | grep -E '^[0-9a-f]* [WwVvuU] ' | grep -vE ' U | V DW\.ref\.')
  if [ -n "$seen$weak" ]; then
    echo "$object: expected its entry alone, got $seen $weak"
    exit 1
  fi
done
[ "$count" = 2 ] || { echo "expected 2 object files, got $count: $2"; exit 1; }
