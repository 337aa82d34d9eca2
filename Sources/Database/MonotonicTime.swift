import Glibc

func monotonicMicroseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}

extension DatabaseError {
    static let closed = DatabaseError(.closed, "The database is closed: the server is stopping.")
}
