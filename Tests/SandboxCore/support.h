// For the C programs here: a thread with the stack a vm needs, and printing of values that crossed.
#ifndef STOA_TEST_SUPPORT_H
#define STOA_TEST_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sandbox_core.h"

// Runs `body` on a thread with a stack of 16 MiB and returns what it returned.
int on_large_stack(int (*body)(void *), void *context);

// A whole file; NULL with a message on stderr.
char *read_whole(const char *path, size_t *len);

// Prints one MessagePack value, strings raw; returns the bytes taken, 0 when malformed.
size_t print_value(FILE *to, const uint8_t *bytes, size_t len);

#endif
