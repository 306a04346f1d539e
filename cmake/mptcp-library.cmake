# SPDX-License-Identifier: GPL-2.0-only
#
# libns3-mptcp: core, model and helpers in one shared library, and how other projects find it.

mptcp_add_version_source("${ns3_VERSION}")

add_library(
  ns3-mptcp SHARED ${MPTCP_GLUE_SOURCES} ${MPTCP_GLUE_HEADERS} ${MPTCP_VERSION_SOURCE}
                   $<TARGET_OBJECTS:mptcp-core>
)
add_library(ns3-mptcp::ns3-mptcp ALIAS ns3-mptcp)
add_dependencies(ns3-mptcp mptcp-version)
mptcp_compile_settings(ns3-mptcp)
mptcp_precompile(ns3-mptcp ${MPTCP_NS3_COMMON_HEADERS})
set_target_properties(
  ns3-mptcp
  PROPERTIES VERSION ${MPTCP_VERSION}
             SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
             LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib
)
# ns-3 as packaged logs nothing from our code and checks nothing in it; a debug build does both.
target_compile_definitions(
  ns3-mptcp PRIVATE $<$<CONFIG:Debug>:NS3_LOG_ENABLE> $<$<CONFIG:Debug>:NS3_ASSERT_ENABLE>
)

# A program that names our types only as text uses no symbol of ours, and the linker would leave
# the library out; then none of its TypeIds would exist.
target_link_options(ns3-mptcp INTERFACE LINKER:--no-as-needed)
# See mptcp_compile_settings.
target_link_options(ns3-mptcp PRIVATE LINKER:-Bsymbolic-functions)
target_link_libraries(
  ns3-mptcp
  PUBLIC ${MPTCP_NS3_TARGETS} Boost::headers
  PRIVATE Nettle::nettle
)

# Headers are reached as "ns3/mptcp-helper.h", which is also how an ns-3 tree offers the headers
# of its modules: one spelling for all three uses. Those are one-line headers that include the
# real ones, which keep their folders and so their relative includes.
set(forwarding ${PROJECT_BINARY_DIR}/forwarding)
# What an earlier configuration made for a header that is gone would be installed for ever. Those
# that stay keep their time, so nothing is compiled again.
file(GLOB stale ${forwarding}/*/ns3/*.h)
foreach(header IN LISTS MPTCP_GLUE_HEADERS)
  get_filename_component(name ${header} NAME)
  list(FILTER stale EXCLUDE REGEX "/ns3/${name}$")
endforeach()
if(stale)
  file(REMOVE ${stale})
endif()
foreach(header IN LISTS MPTCP_GLUE_HEADERS)
  get_filename_component(name ${header} NAME)
  file(GENERATE OUTPUT ${forwarding}/build/ns3/${name}
       CONTENT "#include \"${PROJECT_SOURCE_DIR}/${header}\"\n"
  )
  file(GENERATE OUTPUT ${forwarding}/install/ns3/${name} CONTENT "#include \"../${header}\"\n")
endforeach()

set(installed ${CMAKE_INSTALL_INCLUDEDIR}/ns3-mptcp)
target_include_directories(
  ns3-mptcp
  PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/model>"
         "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/model/core>"
         "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/helper>"
         "$<BUILD_INTERFACE:${forwarding}/build>"
         "$<INSTALL_INTERFACE:${installed}>"
         "$<INSTALL_INTERFACE:${installed}/model>"
         "$<INSTALL_INTERFACE:${installed}/model/core>"
         "$<INSTALL_INTERFACE:${installed}/helper>"
)

# A program of this tree: scenario, test or benchmark.
function(mptcp_add_program name folder)
  add_executable(${name} ${ARGN})
  mptcp_compile_settings(${name})
  target_compile_definitions(
    ${name} PRIVATE $<$<CONFIG:Debug>:NS3_LOG_ENABLE> $<$<CONFIG:Debug>:NS3_ASSERT_ENABLE>
  )
  target_link_libraries(${name} PRIVATE ns3-mptcp)
  set_target_properties(
    ${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${folder}
  )
endfunction()

# The bridge to the network stack of this machine (helper/emulation). Not every ns-3 is built with
# the device it stands on, and nothing else needs that.
foreach(candidate ns3::libfd-net-device ns3::fd-net-device)
  if(TARGET ${candidate} AND NOT TARGET mptcp-emulation AND CMAKE_SYSTEM_NAME STREQUAL Linux)
    add_library(mptcp-emulation STATIC ${MPTCP_EMULATION_SOURCES})
    mptcp_compile_settings(mptcp-emulation)
    target_include_directories(mptcp-emulation PUBLIC helper/emulation)
    target_link_libraries(mptcp-emulation PUBLIC ns3-mptcp ${candidate})
  endif()
endforeach()

# Networks of ns-3's own Wi-Fi and LTE (helper/radio). Both are large and slow to load, and nothing
# else needs them.
foreach(prefix ns3::lib ns3::)
  if(TARGET ${prefix}wifi AND TARGET ${prefix}lte AND NOT TARGET mptcp-radio)
    add_library(mptcp-radio STATIC ${MPTCP_RADIO_SOURCES})
    mptcp_compile_settings(mptcp-radio)
    target_compile_definitions(mptcp-radio PUBLIC MPTCP_HAS_RADIO)
    target_link_libraries(mptcp-radio PUBLIC ns3-mptcp ${prefix}wifi ${prefix}lte)
  endif()
endforeach()

# ---------------------------------------------------------------------------------- installation
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/ns3-mptcp)

install(
  TARGETS ns3-mptcp
  EXPORT ns3-mptcp-targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
)
install(
  DIRECTORY model helper
  DESTINATION ${installed}
  FILES_MATCHING
  PATTERN "*.h"
  PATTERN helper/emulation EXCLUDE
  PATTERN helper/radio EXCLUDE
)
install(DIRECTORY ${forwarding}/install/ns3 DESTINATION ${installed})
install(
  EXPORT ns3-mptcp-targets
  NAMESPACE ns3-mptcp::
  DESTINATION ${package}
)
configure_package_config_file(
  cmake/ns3-mptcp-config.cmake.in ${PROJECT_BINARY_DIR}/ns3-mptcp-config.cmake
  INSTALL_DESTINATION ${package}
)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/ns3-mptcp-config-version.cmake COMPATIBILITY SameMinorVersion
)
install(FILES ${PROJECT_BINARY_DIR}/ns3-mptcp-config.cmake
              ${PROJECT_BINARY_DIR}/ns3-mptcp-config-version.cmake DESTINATION ${package}
)
