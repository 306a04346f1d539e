# SPDX-License-Identifier: GPL-2.0-only
#
# Configures our tree the way ns-3 does with a module under contrib/. With NS3_SOURCE_DIR in the
# environment, the tree of ns-3 itself does it; otherwise a project that keeps ns-3's contract for
# build_lib, so that the branch is tested on every machine.
set(work ${BINARY_DIR}/packaging-contrib)
file(REMOVE_RECURSE ${work})

if(DEFINED ENV{NS3_SOURCE_DIR})
  set(tree $ENV{NS3_SOURCE_DIR})
  if(NOT EXISTS ${tree}/contrib/mptcp)
    message(FATAL_ERROR "${tree}/contrib/mptcp does not exist; link it to ${SOURCE_DIR}")
  endif()
  set(options "-DNS3_ENABLED_MODULES=core\;network\;internet\;point-to-point\;applications\;mptcp")
else()
  set(tree ${CMAKE_CURRENT_LIST_DIR}/contrib)
  set(options -DMPTCP_TREE=${SOURCE_DIR})
endif()

execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${tree} -B ${work} -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER}
          ${options} RESULT_VARIABLE failed
)
if(failed)
  message(FATAL_ERROR "configuring ${tree} failed")
endif()
