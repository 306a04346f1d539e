# SPDX-License-Identifier: GPL-2.0-only
#
# Finding ns-3 and the differences between its releases that concern the build.

# Name of the imported target of one module: ns3::libinternet in 3.37, ns3::internet in later ones.
function(mptcp_ns3_target out module)
  foreach(candidate ns3::lib${module} ns3::${module})
    if(TARGET ${candidate})
      set(${out} ${candidate} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "ns-3 ${ns3_VERSION} was found, but without its module ${module}.")
endfunction()

# Sets MPTCP_NS3_TARGETS and raises CMAKE_CXX_STANDARD to what the headers of this ns-3 need.
macro(mptcp_find_ns3)
  # No version in the call: ns-3's package accepts only the exact version that is asked for.
  find_package(ns3 REQUIRED)
  if(ns3_VERSION AND ns3_VERSION VERSION_LESS 3.37)
    message(FATAL_ERROR "ns-3 ${ns3_VERSION} was found in ${ns3_DIR}; 3.37 or later is needed.")
  endif()

  set(MPTCP_NS3_TARGETS)
  foreach(module IN ITEMS internet point-to-point applications network core)
    mptcp_ns3_target(ns3Target ${module})
    list(APPEND MPTCP_NS3_TARGETS ${ns3Target})
  endforeach()

  if(ns3_VERSION VERSION_GREATER_EQUAL 3.40)
    mptcp_raise_standard()
  endif()
  message(STATUS "ns-3 ${ns3_VERSION} with C++${CMAKE_CXX_STANDARD}")
endmacro()

# Asks the headers themselves; the answer is kept in the cache.
macro(mptcp_raise_standard)
  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_LIBRARIES ${MPTCP_NS3_TARGETS})
  foreach(standard IN ITEMS 17 20 23 26)
    if(standard LESS CMAKE_CXX_STANDARD)
      continue()
    endif()
    set(CMAKE_CXX_STANDARD ${standard})
    check_cxx_source_compiles(
      "#include <ns3/internet-module.h>
      int main() { return ns3::Seconds(0).IsZero() ? 0 : 1; }"
      MPTCP_NS3_COMPILES_AS_CXX${standard}
    )
    if(MPTCP_NS3_COMPILES_AS_CXX${standard})
      break()
    endif()
  endforeach()
  unset(CMAKE_REQUIRED_LIBRARIES)
endmacro()
