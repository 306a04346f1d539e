# SPDX-License-Identifier: GPL-2.0-only
#
# What is built, found by its place in the tree: a new file needs no entry anywhere.
# Paths are relative to the top folder, as ns-3's build_lib wants them.

function(mptcp_glob out)
  file(
    GLOB_RECURSE found CONFIGURE_DEPENDS
    RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}
    ${ARGN}
  )
  list(SORT found)
  set(${out} ${found} PARENT_SCOPE)
endfunction()

mptcp_glob(MPTCP_CORE_SOURCES model/core/*.cc)
mptcp_glob(MPTCP_CORE_HEADERS model/core/*.h)

# Glue: everything that knows ns-3.
mptcp_glob(MPTCP_GLUE_SOURCES model/*.cc helper/*.cc)
list(FILTER MPTCP_GLUE_SOURCES EXCLUDE REGEX "^model/core/")
mptcp_glob(MPTCP_GLUE_HEADERS model/*.h helper/*.h)
list(FILTER MPTCP_GLUE_HEADERS EXCLUDE REGEX "^model/core/")

# The bridge to a real network stack: a library of its own, because it needs ns-3's fd-net-device.
mptcp_glob(MPTCP_EMULATION_SOURCES helper/emulation/*.cc)
list(FILTER MPTCP_GLUE_SOURCES EXCLUDE REGEX "^helper/emulation/")
list(FILTER MPTCP_GLUE_HEADERS EXCLUDE REGEX "^helper/emulation/")

# Radio networks: likewise, because they need ns-3's wifi and lte.
mptcp_glob(MPTCP_RADIO_SOURCES helper/radio/*.cc)
list(FILTER MPTCP_GLUE_SOURCES EXCLUDE REGEX "^helper/radio/")
list(FILTER MPTCP_GLUE_HEADERS EXCLUDE REGEX "^helper/radio/")

mptcp_glob(MPTCP_SCENARIO_SOURCES scenarios/*.cc)
mptcp_glob(MPTCP_CORE_TEST_SOURCES test/core/*.cc)
mptcp_glob(MPTCP_NS3_TEST_SOURCES test/ns3/*.cc)
mptcp_glob(MPTCP_RADIO_TEST_SOURCES test/radio/*.cc)
mptcp_glob(MPTCP_TEST_SUPPORT_SOURCES test/support/*.cc)
mptcp_glob(MPTCP_INTEROP_SOURCES test/interop/*.cc)
mptcp_glob(MPTCP_STATISTICS_SOURCES test/statistics/*.cc)
mptcp_glob(MPTCP_BENCH_SOURCES test/bench/*.cc)
mptcp_glob(MPTCP_ANALYSIS_TESTS analysis/tests/test_*.py)
# What the fuzzers do, without libFuzzer; the tests run it over the corpus.
set(MPTCP_CONNECTION_HARNESS_SOURCES
    test/fuzz/connection-harness.cc test/fuzz/fuzz-host.cc test/fuzz/fuzz-peer.cc
    test/fuzz/stream-model.cc
)
