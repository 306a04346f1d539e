# SPDX-License-Identifier: GPL-2.0-only
#
# Installs the library beside the build and builds a stranger's project against it.
set(work ${BINARY_DIR}/packaging)
file(REMOVE_RECURSE ${work})

function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  message("${output}")
  if(failed)
    string(JOIN " " command ${ARGN})
    message(FATAL_ERROR "failed (${failed}): ${command}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

step(${CMAKE_COMMAND} --install ${BINARY_DIR} --prefix ${work}/prefix)

# Every header that a user can include must compile on its own.
file(GLOB headers RELATIVE ${work}/prefix/include/ns3-mptcp ${work}/prefix/include/ns3-mptcp/ns3/*.h)
if(NOT headers)
  message(FATAL_ERROR "no header was installed")
endif()
foreach(header IN LISTS headers)
  get_filename_component(name ${header} NAME_WE)
  file(WRITE ${work}/headers/${name}.cc "#include \"${header}\"\n")
endforeach()

step(
  ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${work}/consumer -G ${GENERATOR}
  -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
  -DCMAKE_PREFIX_PATH=${work}/prefix -DCMAKE_BUILD_TYPE=Debug -DHEADERS=${work}/headers
)
step(${CMAKE_COMMAND} --build ${work}/consumer)
step(${work}/consumer/consumer)

string(STRIP "${output}" output)
if(NOT output STREQUAL "${EXPECTED}")
  message(FATAL_ERROR "the consumer printed '${output}', not the version ${EXPECTED}")
endif()
step(${work}/consumer/names-only)
