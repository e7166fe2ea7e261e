"""Calls argv[1] argv[2] times a second until standard input ends; prints a line for each call's end."""

import sys
import threading
import time

import grpc

target, period = sys.argv[1], 1 / int(sys.argv[2])
ended = threading.Event()
change = threading.Condition()
pending = 0


def done(call):
    global pending
    if call.code() == grpc.StatusCode.OK:
        line = "ok " + call.result().decode()
    else:
        line = f"failed {call.code().name} {' '.join((call.details() or '').split())}"
    with change:
        print(line, flush=True)
        pending -= 1
        change.notify()


threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
with grpc.insecure_channel(target) as channel:
    who = channel.unary_unary("/chancery.testing.Echo/Who")
    due = time.monotonic()
    while not ended.is_set():
        with change:
            pending += 1
        who.future(b"", timeout=15).add_done_callback(done)
        due += period
        ended.wait(max(0, due - time.monotonic()))
    with change:
        change.wait_for(lambda: pending == 0)
