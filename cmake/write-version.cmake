# SPDX-License-Identifier: GPL-2.0-only
#
# Run with `cmake -P` in every build; see mptcp-version.cmake.

# Runs git in our tree. safe.directory: a tree owned by another user is still our tree.
# Optional locks off: asking for the state must not write to the repository.
function(ask_git out)
  set(${out} "" PARENT_SCOPE)
  execute_process(
    COMMAND ${GIT} -c safe.directory=${SOURCE_DIR} ${ARGN}
    WORKING_DIRECTORY ${SOURCE_DIR}
    OUTPUT_VARIABLE answer
    RESULT_VARIABLE failed
    ERROR_QUIET
    OUTPUT_STRIP_TRAILING_WHITESPACE
  )
  if(NOT failed)
    set(${out} "${answer}" PARENT_SCOPE)
  endif()
endfunction()

set(MPTCP_GIT_REVISION unknown)
find_program(GIT git)
# A copy of the tree inside somebody else's repository must not report that repository's revision.
if(GIT AND EXISTS ${SOURCE_DIR}/.git)
  set(ENV{GIT_OPTIONAL_LOCKS} 0)
  ask_git(revision rev-parse --short=12 HEAD)
  if(revision)
    set(MPTCP_GIT_REVISION ${revision})
    ask_git(changes status --porcelain --untracked-files=no)
    if(changes)
      string(APPEND MPTCP_GIT_REVISION -dirty)
    endif()
  endif()
endif()

configure_file(${INPUT} ${OUTPUT} @ONLY)
