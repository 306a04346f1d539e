# SPDX-License-Identifier: GPL-2.0-only
#
# The source file that knows our version, our git revision and the release of ns-3. It is looked
# at again in every build, but written only when its content changes, so that nothing else is
# rebuilt for it.

set(MPTCP_VERSION_SOURCE ${CMAKE_CURRENT_BINARY_DIR}/generated/mptcp-version.cc)

# ns3Release: the release of ns-3 that the library is built against.
function(mptcp_add_version_source ns3Release)
  set_source_files_properties(${MPTCP_VERSION_SOURCE} PROPERTIES GENERATED TRUE)
  add_custom_target(
    mptcp-version
    COMMAND
      ${CMAKE_COMMAND} -DSOURCE_DIR=${CMAKE_CURRENT_SOURCE_DIR}
      -DINPUT=${CMAKE_CURRENT_SOURCE_DIR}/helper/mptcp-version.cc.in
      -DOUTPUT=${MPTCP_VERSION_SOURCE} -DMPTCP_VERSION=${MPTCP_VERSION}
      -DNS3_RELEASE=${ns3Release} -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/write-version.cmake
    BYPRODUCTS ${MPTCP_VERSION_SOURCE}
    COMMENT "Looking at the git revision"
    VERBATIM
  )
endfunction()

# After build_lib: what ns-3's own rules for modules do not cover.
function(mptcp_finish_contrib)
  set(root ${CMAKE_CURRENT_SOURCE_DIR})
  set(folders ${root}/model ${root}/model/core ${root}/helper)
  set(installed ${CMAKE_INSTALL_INCLUDEDIR}/ns3-mptcp)
  foreach(target ${libmptcp} ${libmptcp-obj})
    if(TARGET ${target})
      add_dependencies(${target} mptcp-version)
      target_include_directories(
        ${target}
        PUBLIC "$<BUILD_INTERFACE:${folders}>"
               "$<INSTALL_INTERFACE:${installed}/model;${installed}/model/core>"
      )
    endif()
  endforeach()
  install(
    DIRECTORY model
    DESTINATION ${installed}
    FILES_MATCHING
    PATTERN "*.h"
  )

  if(ENABLE_EXAMPLES)
    foreach(source IN LISTS MPTCP_SCENARIO_SOURCES)
      get_filename_component(name ${source} NAME_WE)
      set(radio)
      set(radioOptions)
      if(name STREQUAL handover AND TARGET "${libwifi}" AND TARGET "${liblte}")
        set(source ${source} ${MPTCP_RADIO_SOURCES})
        set(radio ${libwifi} ${liblte})
        set(radioOptions DEFINITIONS MPTCP_HAS_RADIO)
      endif()
      build_exec(
        EXECNAME mptcp-${name}
        SOURCE_FILES ${source}
        LIBRARIES_TO_LINK ${libmptcp} ${libinternet} ${libpoint-to-point} ${libapplications} ${radio}
        ${radioOptions}
        EXECUTABLE_DIRECTORY_PATH ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/contrib/mptcp
      )
    endforeach()
  endif()
endfunction()
