# SPDX-License-Identifier: GPL-2.0-only
#
# Compiler settings, as functions on targets: nothing here leaks into a project that includes us.

# A build type is needed for anything to be measured; a preset names one, a bare `cmake` does not.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

if(NOT DEFINED CMAKE_CXX_STANDARD)
  set(CMAKE_CXX_STANDARD 17)
endif()
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(MPTCP_CCACHE ccache)
mark_as_advanced(MPTCP_CCACHE)
if(MPTCP_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MPTCP_CCACHE})
endif()

function(mptcp_compile_settings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wconversion)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # What GCC means by -Wconversion in C++.
    target_compile_options(${target} PRIVATE -Wno-sign-conversion)
  endif()
  # Calls within the library go straight to their target. cachegrind counts a third more
  # instruction cache misses for MPTCP than for TCP; without the detour over the PLT, transfers
  # took 3 to 7 % less CPU time.
  target_compile_options(
    ${target} PRIVATE -fno-semantic-interposition -fno-plt -fvisibility-inlines-hidden
  )
  if(MPTCP_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(MPTCP_SANITIZE)
    # Optimised a little, because unoptimised sanitized code is several times slower.
    target_compile_options(
      ${target} PRIVATE -O1 -fno-omit-frame-pointer -fsanitize=${MPTCP_SANITIZE}
                        -fno-sanitize-recover=all
    )
    target_link_options(${target} PUBLIC -fsanitize=${MPTCP_SANITIZE})
  endif()
  if(MPTCP_FUZZ)
    # Coverage of the whole library is what steers a fuzzer; only its targets link libFuzzer.
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# Of sanitized tests only the library is worth optimising: GoogleTest's macros take GCC two and a
# half times as long with -O1, and a test's own code runs once.
function(mptcp_compile_tests_quickly target)
  if(MPTCP_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

# The headers of ns-3 are most of what every file compiles; read once, a build takes half the time.
# Every file still includes what it uses: without this option all must build, too.
option(MPTCP_PRECOMPILE "Precompile the headers of ns-3 and GoogleTest" ON)
function(mptcp_precompile target)
  if(MPTCP_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

set(MPTCP_NS3_COMMON_HEADERS
    "<ns3/config.h>"
    "<ns3/inet-socket-address.h>"
    "<ns3/ipv4.h>"
    "<ns3/ipv6.h>"
    "<ns3/log.h>"
    "<ns3/node.h>"
    "<ns3/packet.h>"
    "<ns3/simulator.h>"
    "<ns3/tcp-l4-protocol.h>"
    "<ns3/tcp-socket-base.h>"
    "<ns3/uinteger.h>"
    "<map>"
    "<string>"
    "<variant>"
    "<vector>"
)
