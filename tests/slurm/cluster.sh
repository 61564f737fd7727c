# tests/slurm/cluster.sh - to be sourced: a Slurm of its own on this machine, real daemons, in a temporary folder.
#
# Nothing outside of that folder is read or written: the daemons take their configuration from SLURM_CONF, munge has a key and a
# socket there, and the ports are free ones of the loopback. It takes no systemd and no cgroups, so that it runs in a container.
#   cluster_start         makes the folder, starts munged, slurmctld and slurmd; exports SLURM_CONF
#   cluster_stop          ends what was started, and removes the folder
#   controller_start      starts slurmctld (again)
#   node_restart          ends slurmd and starts it again
#   cluster_resume        what an administrator does after a crash: the node may work again, held tasks are released
# Afterwards $cluster is the folder, $controller_pid and $node_pid are the daemons' process ids, and $cluster_released are the tasks,
# as ARRAY_INDEX, that cluster_resume has released.

cluster=
cluster_released=()
daemons=()  # process ids

cluster_die() {
  echo "tests/slurm: $*" >&2
  [[ -n $cluster ]] && tail -n 15 "$cluster"/*.log >&2
  exit 1
}

cluster_wait() {  # WORDS... - until the command succeeds, at most two minutes
  for _ in {1..1200}; do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}

cluster_start() {
  cluster=$(mktemp -d "${TMPDIR:-/tmp}/ntorc-slurm-XXXXXX")
  chmod 755 "$cluster"  # munged refuses a socket that not everybody can reach
  local ports host
  ports=($(python3 -c 'import socket
sockets = [socket.socket() for _ in range(2)]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))'))
  host=$(hostname -s)

  mkdir "$cluster"/{munge,state,spool}
  chmod 700 "$cluster/munge"
  dd if=/dev/urandom of="$cluster/munge/key" bs=1024 count=1 status=none
  chmod 400 "$cluster/munge/key"
  # --force: it runs as whoever runs the test, and may lie below a folder that others can write.
  /usr/sbin/munged --foreground --force --key-file="$cluster/munge/key" --socket="$cluster/munge.socket" \
    --pid-file="$cluster/munge/pid" --log-file="$cluster/munge/log" --seed-file="$cluster/munge/seed" --num-threads=2 >"$cluster/munged.log" 2>&1 &
  daemons+=($!)
  cluster_wait test -S "$cluster/munge.socket" || cluster_die "munged did not start"

  export SLURM_CONF=$cluster/slurm.conf
  cat >"$SLURM_CONF" <<END
ClusterName=ntorc
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$cluster/munge.socket
CredType=cred/munge
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=100000
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MaxArraySize=${CLUSTER_MAX_ARRAY_SIZE:-1001}
MinJobAge=300
KillWait=2
BatchStartTimeout=5
InactiveLimit=0
SlurmdTimeout=20
SlurmctldTimeout=20
MessageTimeout=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=4 RealMemory=4096 State=UNKNOWN
PartitionName=test Nodes=$host Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
END
  echo "CgroupPlugin=cgroup/v1" >"$cluster/cgroup.conf"
  controller_start
  node_start
  cluster_wait node_is_idle || cluster_die "slurmd did not come up"
}

node_start() {
  /usr/sbin/slurmd -D -N "$(hostname -s)" >>"$cluster/slurmd.log" 2>&1 &
  node_pid=$!
  daemons+=("$node_pid")
}

# Its jobs run on meanwhile; it tells slurmctld what runs when it is back.
node_restart() {
  kill "$node_pid"
  wait "$node_pid" || true
  node_start
}

cluster_resume() {
  local task
  scontrol update "NodeName=$(hostname -s)" State=RESUME >/dev/null 2>&1 || true  # refused where nothing is drained
  for task in $(squeue --noheader --array --states=PENDING --format="%i %r" | sed -nE 's/^(\S+) .*held.*/\1/Ip'); do
    scontrol release "$task" && cluster_released+=("$task")
  done
}

controller_start() {
  /usr/sbin/slurmctld -D >>"$cluster/slurmctld.log" 2>&1 &
  controller_pid=$!
  daemons+=("$controller_pid")
  cluster_wait scontrol ping || cluster_die "slurmctld did not come up"
}

node_is_idle() { [[ $(sinfo --noheader --format=%T) == idle* ]]; }

cluster_stop() {
  [[ -n $cluster ]] || return 0
  scancel --user="$(id -un)" >/dev/null 2>&1
  local pid
  for pid in $(pgrep -f "slurmstepd" 2>/dev/null); do
    # Only those of this cluster.
    grep -qz "SLURM_CONF=$SLURM_CONF" "/proc/$pid/environ" 2>/dev/null && kill -9 "$pid" 2>/dev/null
  done
  for pid in "${daemons[@]}"; do kill "$pid" 2>/dev/null; done
  for pid in "${daemons[@]}"; do
    for _ in {1..30}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null
  done
  wait 2>/dev/null
  rm -rf "$cluster"
  cluster=
}
