#!/usr/bin/env bash
# Runs a sweep through a real Slurm on this machine, breaks things half way, and checks that nothing is lost or run twice:
#   bash tests/slurm/run.sh BUILD_DIR
# As root, for Debian's slurm-wlm and munge, which are installed if they are not there. The daemons are this test's own: see cluster.sh.
# The HLS tool is the stand-in of tests/stand_in: no synthesis happens. Takes about a minute and a half.
set -euo pipefail

die() {
  echo "tests/slurm: $*" >&2
  exit 1
}

[[ $# == 1 ]] || die "usage: run.sh BUILD_DIR"
build=$(cd "$1" 2>/dev/null && pwd) || die "$1: expected a build folder"
here=$(cd "$(dirname "$0")" && pwd)
[[ -x $build/apps/ntorc-train ]] || die "$build/apps/ntorc-train: is not there; build first"
bash "$here/../../cmake/install-debian-packages.sh" slurm-wlm munge python3
source "$here/cluster.sh"
export PATH=$build/apps:$PATH

work=$(mktemp -d "${TMPDIR:-/tmp}/ntorc-sweep-XXXXXX")
finish() {
  local code=$?
  set +e  # what is to be ended may have ended
  if ((code != 0)); then
    echo "tests/slurm: failed, exit $code" >&2
    ntorc-train sweep "$work/sweep" --status >&2 || true
    tail -n 5 "$work"/sweep/slurm/*.out "$work/log" >&2 || true
    { squeue --array && sinfo && tail -n 40 "$cluster"/slurm*.log; } >&2 || true
  fi
  cluster_stop
  rm -rf "$work"
}
trap finish EXIT

say() { printf '%3d s  %s\n' "$SECONDS" "$*"; }
status() { ntorc-train sweep "$work/sweep" --status | head -n 1; }
count() { status | sed -E "s/.* ([0-9]+) $1.*/\1/"; }
job_of_task() { sed -n "$(($2 + 1))p" "$(grep -lx "$1" "$work"/sweep/slurm/*.id | sed 's/id$/jobs/')"; }  # ARRAY INDEX
running_tasks() { squeue --noheader --array --states=RUNNING --format="%F %K" --name="$(names)"; }
names() { (cd "$work/sweep/slurm" && ls -- *.jobs) | sed "s/\.jobs$//; s/^/$(cat "$work/sweep/slurm/name")-/" | paste -sd,; }
# Sets array, index and job to those of a task that runs.
pick() {
  local task
  for _ in {1..100}; do
    task=$(running_tasks | tail -n 1)
    if [[ -n $task ]]; then
      read -r array index <<<"$task"
      job=$(job_of_task "$array" "$index")
      if grep -q "begin $job" "$work/log"; then return; fi
    fi
    sleep 0.1
  done
  die "no task runs"
}
# Begun, and never ended.
open_jobs() { comm -23 <(grep ^begin "$work/log" | cut -d' ' -f2 | sort -u) <(grep ^end "$work/log" | cut -d' ' -f2 | sort -u); }
log_has_ends() { (($(grep -c ^end "$work/log") >= $1)); }

# ---- a sweep of 40 jobs; each run says when it begins and ends, and whether another was there
cat >"$work/sweep.yaml" <<'END'
target: {part: xczu7ev-ffvc1156-2-e, clock_mhz: 250, backend: Vitis, io_type: io_stream, hls4ml: "1.3"}
reuse: [1, 4, 8, 16, 32]
design: grid
families:
  - name: small
    input: {features: [64]}
    layers:
      - dense: {size: [8, 16, 24, 32, 40, 48, 56, 64], activation: relu}
      - dense: {size: 1, activation: linear}
END
cat >"$work/run_job" <<END
#!/bin/bash
# Runs in the job's folder.
id=\$(basename "\$PWD")
if [[ -s pid ]] && kill -0 "\$(cat pid)" 2>/dev/null; then echo "twice \$id" >>"$work/log"; fi
echo \$\$ >pid
echo "begin \$id" >>"$work/log"
python3 "$here/../stand_in/stand_in_for_vitis_hls.py" --sleep "\$(cat "$work/sleep")" job || exit 1
echo "end \$id" >>"$work/log"
rm pid
END
chmod +x "$work/run_job"
touch "$work/log"
echo 1.5 >"$work/sleep"
ntorc-train --quiet sweep "$work/sweep.yaml" --out "$work/sweep"
python3 - "$work" <<'END'
import json, sys
file = sys.argv[1] + "/sweep/manifest.json"
manifest = json.load(open(file))
assert len(manifest["jobs"]) == 40, len(manifest["jobs"])
manifest["command"] = [sys.argv[1] + "/run_job"]
json.dump(manifest, open(file, "w"))
END
# One more, of one job, that Slurm itself ends after its least time limit, a minute; it runs beside all else.
mkdir -p "$work/endless/jobs/00000000000000aa"
echo '{"format": "ntorc sweep", "format_version": 1, "ntorc_version": "0", "command": ["sleep", "300"],
  "jobs": [{"id": "00000000000000aa", "summary": "endless"}]}' >"$work/endless/manifest.json"

CLUSTER_MAX_ARRAY_SIZE=16 cluster_start
say "slurmctld, slurmd and munged run: $(slurmctld -V)"
ntorc-train --quiet sweep "$work/endless" --run slurm --sbatch=--time=1 >/dev/null

run_slurm() { ntorc-train sweep "$work/sweep" --run slurm --time-limit 1min --memory-limit 256MiB --grace 1s "$@"; }
killed=()  # jobs that may have more than one run

# ---- at most 4 at a time, in three arrays, as Slurm takes 16 tasks in one
run_slurm --jobs 4 >/dev/null 2>"$work/said"
grep -q "submitted 40 jobs" "$work/said" || die "expected 40 jobs submitted: $(cat "$work/said")"
[[ $(ls "$work"/sweep/slurm/*.id | wc -l) == 3 ]] || die "expected three arrays"
cluster_wait log_has_ends 4 || die "the jobs do not run"
(($(running_tasks | wc -l) <= 4)) || die "expected at most 4 tasks at a time"
pick
killed+=("$job")
scancel "${array}_$index"
say "cancelled a running task"
run_slurm --jobs 4 >/dev/null 2>"$work/said"
submitted=$(grep -oE 'submitted [0-9]+' "$work/said" | cut -d' ' -f2)
((submitted <= 1)) || die "expected nothing to be submitted again but the cancelled task: $(cat "$work/said")"
say "asked again: $(sed 's/.*info: //' "$work/said")"

kill -9 "$controller_pid"
wait "$controller_pid" 2>/dev/null || true
say "killed slurmctld"
if run_slurm >/dev/null 2>"$work/said"; then die "expected no submission while Slurm does not answer"; fi
say "refused: $(cat "$work/said")"
controller_start
say "slurmctld is back"
# Its last saved state is some seconds old: it believes tasks to run that have ended since, until the node registers again.
sleep 11
node_restart
say "slurmd was restarted"
# Tasks that began after the last saved state it has started anew. slurmd refuses them; Slurm then drains the node and holds
# them, and leaves it to the administrator to go on.
jobs_go_on() {
  cluster_resume
  log_has_ends 10
}
cluster_wait jobs_go_on || die "the jobs do not go on"
for task in "${cluster_released[@]}"; do killed+=("$(job_of_task "${task%_*}" "${task#*_}")"); done
((${#cluster_released[@]} == 0)) || say "released what Slurm held: ${cluster_released[*]}"
run_slurm --jobs 4 >/dev/null 2>"$work/said"
submitted=$(grep -oE 'submitted [0-9]+' "$work/said" | cut -d' ' -f2)
((submitted <= 1)) || die "expected Slurm to have its tasks still: $(cat "$work/said")"

# ---- cancel all that is left, go on without a limit
while read -r array index; do killed+=("$(job_of_task "$array" "$index")"); done < <(running_tasks)
for name in $(names | tr , ' '); do scancel --name="$name"; done
say "cancelled all: $(status)"
no_task_runs() { [[ -z $(squeue --noheader --name="$(names)" --states=PENDING,RUNNING,COMPLETING) ]]; }
cluster_wait no_task_runs || die "tasks do not end"
killed+=($(open_jobs))  # those too that began between the list and the cancelling
echo 5 >"$work/sleep"
run_slurm >/dev/null 2>"$work/said"
say "$(sed 's/.*info: //' "$work/said")"

# The step's process: the job lives on under its own keeper, and is to be left to it.
pick
task=$(squeue --noheader --format=%A --jobs="${array}_$index")
kill -9 "$(pgrep -f "^slurmstepd: \[$task\.")"
killed+=("$job")
say "killed slurmstepd of ${array}_$index"
# ntorc-train itself in another task: the oldest process that runs the job; its keeper has the same command line.
program=
for other in $(open_jobs); do
  if [[ $other != "$job" ]] && program=$(pgrep -o -f "^$build/apps/ntorc-train sweep $work/sweep --job $other "); then break; fi
done
[[ -n $program ]] || die "no ntorc-train runs a job"
kill -9 "$program"
killed+=("$other")
say "killed the ntorc-train of job $other"

echo 0.2 >"$work/sleep"
for round in 1 2 3; do
  if run_slurm --wait --poll 500ms >"$work/out" 2>"$work/said"; then break; fi
  say "round $round: $(cat "$work/out")"
done
say "$(status)"
[[ $(status) == "40 jobs: 40 done, 0 failed, 0 running, 0 waiting" ]] || die "expected all to be done"

# ---- nothing lost, nothing twice
if grep twice "$work/log"; then die "a job ran twice at the same time"; fi
python3 - "$work" "${killed[@]}" <<'END'
import collections, json, sys
work, killed = sys.argv[1], set(sys.argv[2:])
lines = [line.split() for line in open(work + "/log")]
begins = collections.Counter(job for word, job in lines if word == "begin")
ends = collections.Counter(job for word, job in lines if word == "end")
jobs = [job["id"] for job in json.load(open(work + "/sweep/manifest.json"))["jobs"]]
assert set(begins) == set(jobs), "a job was lost"
again = 0
for job in jobs:
    status = json.load(open(f"{work}/sweep/jobs/{job}/status.json"))
    assert status["state"] == "done" and ", slurm " in status["where"], (job, status)
    assert begins[job] <= status["attempts"], (job, begins[job], status)
    assert job in killed or begins[job] == ends[job] == 1, (job, begins[job], ends[job], "ran again, but nobody had stopped it")
    again += begins[job] - 1
    open(f"{work}/sweep/jobs/{job}/project/myproject_prj/solution1/syn/report/myproject_csynth.rpt").read()
print(f"       40 jobs, {sum(begins.values())} runs, {again} of them again after a kill, {len(killed)} jobs were killed or cancelled")
END
run_slurm 2>"$work/said" >/dev/null
grep -q "submitted 0 jobs" "$work/said" || die "expected nothing left to submit: $(cat "$work/said")"

# ---- what the jobs left is a dataset
ntorc-train collect "$work/sweep" --out "$work/dataset.csv" 2>"$work/said" || die "$(cat "$work/said")"
grep -q "info: 40 projects, 40 of them with rows; .* 0 unmapped; 0 warnings" "$work/said" || die "$(cat "$work/said")"
say "$(sed 's/.*info: //' "$work/said")"

# ---- a time limit of Slurm's own
endless_failed() { [[ $(ntorc-train sweep "$work/endless" --run slurm 2>/dev/null) == *" 1 failed"* ]]; }
cluster_wait endless_failed || die "expected Slurm to end the task"
ntorc-train sweep "$work/endless" --status | grep -q "time limit of Slurm" || die "expected a status for the task that Slurm ended"
say "Slurm's own time limit is a status: $(ntorc-train sweep "$work/endless" --status | tail -n 1)"
