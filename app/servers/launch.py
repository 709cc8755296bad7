"""The last step before a child becomes its program: it gives up root and ties its life to its parent's.

Owns what must happen inside the child between fork and exec. It is run as a script of its own (by
`app.servers.spawn`), because Python code between fork and exec is unsafe once a parent has threads; it
imports the standard library only, so that it starts in a few milliseconds. Whom to run as and what to
run is decided by the caller.

On Linux the kernel itself signals the child when its parent dies (prctl(2), PR_SET_PDEATHSIG). Elsewhere a
watcher process waits for the end of a pipe whose other end only the parent holds, and then signals the child.
"""

import argparse
import ctypes
import os
import select
import signal
import sys

PR_SET_PDEATHSIG = 1
WATCH_INTERVAL_S = 1.0


def die_with_parent(signal_number: int = signal.SIGKILL) -> bool:
    """Ask the kernel to signal this process when the thread that started it ends; False where it cannot.

    Call it early, and compare `os.getppid()` with the pid expected: a parent that died before the call is
    not signalled any more.
    """
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl(PR_SET_PDEATHSIG): {os.strerror(code)}")
    return True


def become(uid: int, gid: int) -> None:
    """Give up root for good: groups first, because afterwards it is not allowed any more."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def watch(pipe_fd: int, target_pid: int, signal_number: int) -> None:
    """Wait until the pipe ends, because its holder died, then signal the target; give up when it is gone."""
    while True:
        readable, _, _ = select.select([pipe_fd], [], [], WATCH_INTERVAL_S)
        try:
            os.kill(target_pid, signal_number if readable else 0)
        except ProcessLookupError:
            return
        if readable:
            return


def start_watcher(pipe_fd: int, signal_number: int, keep_closed: list[int]) -> None:
    """Fork the watcher twice, so that the program to come never sees a child it does not know."""
    target_pid = os.getpid()
    middle = os.fork()
    if middle:
        os.waitpid(middle, 0)
        os.close(pipe_fd)
        return
    if os.fork():
        os._exit(0)
    for fd in keep_closed:
        os.close(fd)
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watch(pipe_fd, target_pid, signal_number)
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Prepare this process as the flags say and turn it into the program behind `--`."""
    parser = argparse.ArgumentParser(prog="launch")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--pipe", type=int)
    parser.add_argument("--held", type=int, action="append", default=[])
    parser.add_argument("argv", nargs="+")
    given = parser.parse_args(arguments)
    if given.uid is not None:
        become(given.uid, given.gid)
        os.umask(0o077)
    if given.pipe is not None:
        start_watcher(given.pipe, given.signal, given.held)
    elif die_with_parent(given.signal) and os.getppid() != given.parent:
        sys.exit("The parent process ended before its child was ready.")
    os.execv(given.argv[0], given.argv)  # noqa: S606  # the program to become; no shell wanted


if __name__ == "__main__":
    main(sys.argv[1:])
