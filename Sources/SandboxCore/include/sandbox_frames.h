// The frames between the host and a `stoa-sandbox` worker, on a SOCK_STREAM socketpair.
//
// frame   = length:u32 type:u8 body        length counts type and body; little-endian throughout
// text16  = length:u16 bytes      bytes32 = length:u32 bytes
//
// The host may send several requests without waiting. The worker answers START and RESUME with one OUTCOME each and LOAD with
// one LOADED, strictly in the order asked; DROP and UNLOAD are not answered. Outcomes may be written together when
// more requests are already there, but never later than 200 microseconds after they were ready.
// A malformed frame from the host ends the worker (exit 3); one from the worker makes the host kill it.
#ifndef SANDBOX_FRAMES_H
#define SANDBOX_FRAMES_H

enum {
  SCF_MAX_FRAME = 64 << 20,

  // host -> worker
  SCF_LOAD = 1,     // vm:u32 memory_bytes:u64 instructions:u64 wall_ms:u32 effects:u32 effect_bytes:u32 value_bytes:u32
                    //   conversations:u32 count:u32 { privileged:u8 name:text16 text:bytes32 } x count
  SCF_START = 2,    // vm:u32 conversation:u64 seed:u64 instructions:u64 wall_ms:u32 module:text16 args:bytes32
  SCF_RESUME = 3,   // vm:u32 conversation:u64 new_turn:u8 seed:u64 instructions:u64 wall_ms:u32 ok:u8 values:bytes32
  SCF_DROP = 4,     // vm:u32 conversation:u64
  SCF_UNLOAD = 5,   // vm:u32

  // worker -> host
  SCF_LOADED = 16,  // vm:u32 ok:u8 memory_bytes:u64 error:text16          (error empty when ok)
  SCF_OUTCOME = 17, // vm:u32 conversation:u64 kind:u8 limit:u8 recycle:u8 instructions:u64 memory_bytes:u64 run_us:u32
                    //   call:text16 message:text16 traceback:text16 effects_count:u32 effects:bytes32 bytes:bytes32
  SCF_READY = 18    // version:u32, once, when the worker is locked down and may be sent work
};

// A worker is started with its socket as descriptor 3, no argument and an empty environment. It exits 0 when the host closes the socket.
enum { SCF_VERSION = 1, SCF_FD = 3 };

#endif
