// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What the sanitizers ask a program for when it starts; without them nobody calls any of this.

// The name is the sanitizer's own.
extern "C" const char*
__ubsan_default_options()
{
    return "print_stacktrace=1";
}
