"""What is asked of the operating system: priorities, how busy others are, memory, a lock. Linux; elsewhere it is left out."""
import contextlib
import fcntl
import os

TICK = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def locked(path, shared=False):
    """Holds a file's lock, so that several people can time on one machine; no path, no lock."""
    if not path:
        yield
        return
    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def prefer(pid):
    """Lets a process and its threads go before others, where that is allowed."""
    with contextlib.suppress(OSError):
        # With autogroups a nice value counts only within a session.
        with open(f"/proc/{pid}/autogroup", "w") as file:
            file.write("-20")
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            os.setpriority(os.PRIO_PROCESS, int(task), -20)


def yield_first(pid):
    """Where memory runs out, a process that measures is the one to end."""
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/oom_score_adj", "w") as file:
            file.write("900")


def busy():
    """Seconds so far that processors were at work, or taken away by the host; None where the system does not tell."""
    try:
        with open("/proc/stat") as file:
            user, nice, system, _, _, interrupts, soft, stolen = map(int, file.readline().split()[1:9])
    except OSError:
        return None
    return (user + nice + system + interrupts + soft + stolen) / TICK


def processor_time(pid):
    """Seconds so far of one process."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / TICK


def peak_memory(pid):
    """Most resident bytes so far of one process."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return None
