#!/bin/sh
# A Slurm of one node on the loopback interface runs 200 pictures as an array of four tasks; one task is killed and requeued.
# Needs root and Debian's slurm-wlm and munge; their usual configuration is neither read nor changed.
set -eu
packages="slurm-wlm munge"
. "$(dirname "$0")/common.sh"
need slurmctld slurmd munged sbatch
[ "$(id -u)" = 0 ] || { echo "SKIPPED: needs root"; exit 0; }
chmod 755 "$work"
mkdir -m 700 munge state
mkdir spool
dd if=/dev/urandom of=munge/key bs=128 count=1 2>/dev/null
chmod 600 munge/key
host=$(hostname -s)
export SLURM_CONF=$work/slurm.conf
cat >slurm.conf <<CONF
ClusterName=msrn
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthInfo=socket=$work/munge.socket,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
MailProg=/bin/true
MpiDefault=none
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000
PartitionName=all Nodes=$host Default=YES MaxTime=60 State=UP
CONF
printf 'CgroupPlugin=autodetect\nIgnoreSystemd=yes\n' >cgroup.conf
munged --force --foreground --key-file="$work/munge/key" --socket="$work/munge.socket" --pid-file="$work/munge/pid" \
    --log-file="$work/munge/log" --seed-file="$work/munge/seed" >munged.txt 2>&1 &
munged=$!
slurmctld -D -f slurm.conf >slurmctld.txt 2>&1 &
controller=$!
slurmd -D -f slurm.conf >slurmd.txt 2>&1 &
daemon=$!
stop() {
    status=$?
    scancel --quiet --user=root 2>/dev/null || true
    kill "$daemon" "$controller" 2>/dev/null || true
    wait "$daemon" "$controller" 2>/dev/null || true
    kill "$munged" 2>/dev/null || true
    if [ "$status" != 0 ]; then tail -n 8 "$work"/*.txt >&2; fi
    rm -rf "$work"
}
trap stop EXIT

pictures
is_up() { sinfo --noheader --format=%T 2>/dev/null | grep -q '^idle'; }
wait_for is_up
# The very file that the article on large jobs has, with a smaller array.
mkdir bin
ln -s "$msrn" bin/msrn
job=$(PATH=$work/bin:$PATH sbatch --parsable --array=0-3 --cpus-per-task=1 --mem=200 --time=10 "$root/samples/jobs/msrn.sbatch")
wait_for has_lines out/msrn-log-0-of-4.jsonl 5
pid=$(pgrep -f "^msrn upscale --manifest work.jsonl .* out\$" | while read -r pid; do
    tr '\0' '\n' <"/proc/$pid/environ" | grep -q '^SLURM_ARRAY_TASK_ID=0$' && echo "$pid"; done) || true
[ -n "$pid" ] || fail "task 0 has ended already"
kill -9 "$pid"
state() { scontrol show job "${job}_0" | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p' | head -1; }
has_failed() { [ "$(state)" = FAILED ] || [ "$(state)" = NODE_FAIL ]; }
wait_for has_failed
"$msrn" report out --manifest work.jsonl >before.txt && fail "nothing was missing after the kill: $(cat before.txt)"
scontrol requeue "${job}_0"
is_over() { ! squeue --noheader --array --format=%T --jobs="$job" 2>/dev/null | grep -qvE 'COMPLETED|FAILED'; }
wait_for is_over
wait_for is_over
[ "$(state)" = COMPLETED ] || fail "task 0 is $(state)"
tail -1 before.txt
compare
