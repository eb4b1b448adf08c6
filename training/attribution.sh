#!/usr/bin/env bash
# The recipe behind triage/models/attribution: five large teachers, each trained without one fifth of the articles, tag
# what they never saw; small students learn from the marked tags and from theirs. Minutes on a GPU, a day on two cores.
#
#   training/attribution.sh LARGE SMALL DATA OUT     folders of two encoders, polnear.train..., an empty folder
set -euo pipefail
large=$1 small=$2 data=$3 out=$4
run() { python3 -m training.attribution "$@" --data "$data"; }
note() { echo "== $SECONDS s: $*"; }

mkdir -p "$out"
note teachers
for fold in 0 1 2 3 4; do
  run train --base "$large" --fold $fold/5 --seed $fold --rate 6e-5 --epochs 5 --out "$out/teacher$fold" >"$out/teacher$fold.log" 2>&1 &
done
run train --base "$small" --rate 3e-4 --epochs 6 --out "$out/plain" >"$out/plain.log" 2>&1 &
wait
note one teacher, all teachers, the small one untaught
run measure --models "$out/teacher0" --bias 0 0.5 --none 0
run measure --models "$out"/teacher{0,1,2,3,4} --bias 0 0.5 1 --none 0
run measure --models "$out/plain" --bias 0 0.5 --none 0
run soften --models "$out"/teacher{0,1,2,3,4} --out "$out/soft.npz"

note students
student() { name=$1; shift; run train --soft "$out/soft.npz" --out "$out/$name" "$@" >"$out/$name.log" 2>&1; }
student t5 --base "$small" --rate 4e-4 --epochs 12 --trust 0.5 &
student t8 --base "$small" --rate 4e-4 --epochs 12 --trust 0.8 &
student t10 --base "$small" --rate 6e-4 --epochs 16 --trust 1.0 --average 0.998 &
student half --base "$large" --layers 6 --rate 1e-4 --epochs 8 --trust 0.8 &
wait
for name in t5 t8 t10 half; do
  note $name
  run measure --models "$out/$name" --bias 0 0.5 1 --none 0
done
