# SPDX-License-Identifier: GPL-2.0-only
#
# libFuzzer targets, one per file test/fuzz/fuzz-*.cc. What they do is in harness files of their
# own, which the ordinary tests compile too and run over the corpus.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "MPTCP_FUZZ needs Clang, which brings libFuzzer: cmake --preset fuzz")
endif()

include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_FLAGS -fsanitize=fuzzer)
check_cxx_source_compiles(
  "#include <cstddef>
   extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, std::size_t) { return 0; }"
  MPTCP_HAS_LIBFUZZER
)
unset(CMAKE_REQUIRED_FLAGS)
if(NOT MPTCP_HAS_LIBFUZZER)
  message(FATAL_ERROR "This Clang has no libFuzzer; Debian has it in libclang-rt-dev")
endif()

function(mptcp_finish_fuzzer target)
  target_compile_options(${target} PRIVATE -fsanitize=fuzzer)
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  set_target_properties(
    ${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz
  )
endfunction()

add_executable(
  fuzz-option-parser test/fuzz/fuzz-option-parser.cc test/fuzz/option-parser-harness.cc
)
mptcp_compile_settings(fuzz-option-parser)
target_link_libraries(fuzz-option-parser PRIVATE mptcp-core)
mptcp_finish_fuzzer(fuzz-option-parser)

if(NOT MPTCP_CORE_ONLY)
  find_package(GTest REQUIRED) # the scripted peer reports with it
  add_executable(
    fuzz-connection
    test/fuzz/fuzz-connection.cc
    ${MPTCP_CONNECTION_HARNESS_SOURCES}
    test/support/scripted-peer.cc
    test/support/segment-builders.cc
  )
  mptcp_compile_settings(fuzz-connection)
  target_include_directories(fuzz-connection PRIVATE test test/support)
  target_link_libraries(fuzz-connection PRIVATE ns3-mptcp GTest::gtest)
  mptcp_finish_fuzzer(fuzz-connection)
endif()
