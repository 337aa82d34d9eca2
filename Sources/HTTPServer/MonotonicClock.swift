// For the fields of `timespec`, which the compiler finds in whichever of the two modules it read first.
import CWebSockets
import Glibc

/// Milliseconds of a clock that never goes back, some milliseconds coarse.
func now() -> Int64 { nanoseconds(CLOCK_MONOTONIC_COARSE) / 1_000_000 }

/// Microseconds of a clock that never goes back.
func preciseNow() -> Int64 { nanoseconds(CLOCK_MONOTONIC) / 1000 }

private func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
