# SPDX-License-Identifier: GPL-2.0-only
#
# Tests: every GoogleTest case is a ctest test and so a process of its own, because ns-3 keeps
# state in globals.
find_package(GTest REQUIRED)
include(GoogleTest)

# prefix: first part of the names of the tests in ctest, and their label. More arguments are further
# properties of the tests.
function(mptcp_discover_tests target prefix)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/test-output)
  gtest_discover_tests(
    ${target}
    TEST_PREFIX ${prefix}.
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/test-output
    DISCOVERY_TIMEOUT 120
    PROPERTIES TIMEOUT 300 LABELS ${prefix} ${ARGN}
  )
endfunction()

if(MPTCP_CORE_TEST_SOURCES)
  add_executable(
    core-tests ${MPTCP_CORE_TEST_SOURCES} test/fuzz/option-parser-harness.cc
               test/support/sanitizer-options.cc
  )
  mptcp_compile_settings(core-tests)
  mptcp_compile_tests_quickly(core-tests)
  # One test reads the sources, to see that the core does not include ns-3.
  target_compile_definitions(
    core-tests PRIVATE MPTCP_CORE_DIR="${PROJECT_SOURCE_DIR}/model/core"
                       MPTCP_FUZZ_CORPUS="${PROJECT_SOURCE_DIR}/test/fuzz/corpus/option-parser"
  )
  target_include_directories(core-tests PRIVATE test)
  target_link_libraries(core-tests PRIVATE mptcp-core GTest::gmock GTest::gtest_main)
  mptcp_precompile(core-tests "<gmock/gmock.h>" "<gtest/gtest.h>" "<map>" "<string>" "<variant>")
  set_target_properties(
    core-tests PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test
  )
  mptcp_discover_tests(core-tests core)
endif()

if(MPTCP_CORE_ONLY)
  return()
endif()

# Debian's own interpreter, where Debian's packages are; the first python3 on the PATH may be
# another build without them.
set(MPTCP_PYTHON /usr/bin/python3 CACHE FILEPATH "Python interpreter for the analysis tests")

if(MPTCP_NS3_TEST_SOURCES)
  mptcp_add_program(
    ns3-tests test ${MPTCP_NS3_TEST_SOURCES} ${MPTCP_TEST_SUPPORT_SOURCES}
    ${MPTCP_CONNECTION_HARNESS_SOURCES}
  )
  mptcp_compile_tests_quickly(ns3-tests)
  target_include_directories(ns3-tests PRIVATE test test/support)
  target_compile_definitions(
    ns3-tests PRIVATE MPTCP_FUZZ_CORPUS="${PROJECT_SOURCE_DIR}/test/fuzz/corpus/connection"
  )
  mptcp_precompile(
    ns3-tests "<gmock/gmock.h>" "<gtest/gtest.h>" "<ns3/internet-stack-helper.h>"
    "<ns3/point-to-point-helper.h>" ${MPTCP_NS3_COMMON_HEADERS}
  )
  set_source_files_properties(
    test/support/dissector-fixture.cc
    PROPERTIES
      COMPILE_DEFINITIONS
      "MPTCP_PYTHON=\"${MPTCP_PYTHON}\";MPTCP_VERIFY_CAPTURE=\"${PROJECT_SOURCE_DIR}/test/support/verify_capture.py\""
  )
  if(EXISTS ${PROJECT_SOURCE_DIR}/test/ns3/main.cc)
    target_link_libraries(ns3-tests PRIVATE GTest::gmock GTest::gtest)
  else()
    target_link_libraries(ns3-tests PRIVATE GTest::gmock GTest::gtest_main)
  endif()
  mptcp_discover_tests(ns3-tests ns3)
endif()

# A program of its own: all the other tests would load Wi-Fi and LTE for nothing.
if(TARGET mptcp-radio)
  mptcp_add_program(
    radio-tests test ${MPTCP_RADIO_TEST_SOURCES} test/support/sanitizer-options.cc
  )
  mptcp_compile_tests_quickly(radio-tests)
  target_include_directories(radio-tests PRIVATE test test/support)
  target_link_libraries(radio-tests PRIVATE mptcp-radio GTest::gmock GTest::gtest_main)
  mptcp_discover_tests(radio-tests radio)
endif()

# What runs, installs or reads the library takes the one that users get.
if(MPTCP_SANITIZE)
  return()
endif()

# What such tests need besides the scenarios.
add_custom_target(released-tests)
add_dependencies(released-tests ns3-mptcp)

# Means over many long runs: the sanitizers would take a quarter of an hour for them.
mptcp_add_program(statistics-tests test ${MPTCP_STATISTICS_SOURCES})
target_include_directories(statistics-tests PRIVATE test/support)
target_link_libraries(statistics-tests PRIVATE GTest::gtest GTest::gtest_main)
mptcp_discover_tests(statistics-tests statistics)
add_dependencies(released-tests statistics-tests)

# Against the kernel of this machine, in real time. A case that cannot run here says why and counts
# as skipped.
if(TARGET mptcp-emulation)
  mptcp_add_program(interop-tests test ${MPTCP_INTEROP_SOURCES})
  target_include_directories(interop-tests PRIVATE test test/support)
  target_link_libraries(interop-tests PRIVATE mptcp-emulation GTest::gmock GTest::gtest_main)
  target_compile_definitions(
    interop-tests
    PRIVATE MPTCP_PYTHON="${MPTCP_PYTHON}"
            MPTCP_LINUX_PEER="${PROJECT_SOURCE_DIR}/test/interop/linux_peer.py"
            MPTCP_STREAM_SERVER="${PROJECT_SOURCE_DIR}/helper/emulation/stream_server.py"
            MPTCP_VERIFY_CAPTURE="${PROJECT_SOURCE_DIR}/test/support/verify_capture.py"
  )
  mptcp_discover_tests(interop-tests interop RUN_SERIAL TRUE)
  add_dependencies(released-tests interop-tests)
else()
  # As GoogleTest reports it, for the summary.
  set(reason "this ns-3 was built without its module fd-net-device")
  add_test(NAME interop.NotBuilt COMMAND ${CMAKE_COMMAND} -E echo "ns-3:0: Skipped\n${reason}")
  set_tests_properties(
    interop.NotBuilt PROPERTIES LABELS interop SKIP_REGULAR_EXPRESSION "Skipped"
  )
endif()

foreach(source IN LISTS MPTCP_BENCH_SOURCES)
  get_filename_component(name ${source} NAME_WE)
  mptcp_add_program(${name} bench ${source})
  target_include_directories(${name} PRIVATE test test/support)
  add_dependencies(released-tests ${name})
endforeach()

foreach(source IN LISTS MPTCP_ANALYSIS_TESTS)
  get_filename_component(name ${source} NAME_WE)
  string(REPLACE test_ analysis. testName ${name})
  add_test(
    NAME ${testName}
    COMMAND ${MPTCP_PYTHON} -m unittest ${name}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/analysis/tests
  )
  set_tests_properties(
    ${testName}
    PROPERTIES TIMEOUT 300
               LABELS analysis
               SKIP_REGULAR_EXPRESSION ":[0-9]+: Skipped"
               ENVIRONMENT
               "PYTHONPATH=${PROJECT_SOURCE_DIR}/analysis;PYTHONDONTWRITEBYTECODE=1;MPLBACKEND=Agg;MPTCP_SCENARIOS=${PROJECT_BINARY_DIR}/scenarios"
  )
endforeach()

# The library as another project meets it: installed, and as a module of an ns-3 tree.
add_test(
  NAME packaging.find-package
  COMMAND
    ${CMAKE_COMMAND} -DBINARY_DIR=${PROJECT_BINARY_DIR} -DGENERATOR=${CMAKE_GENERATOR}
    -DCOMPILER=${CMAKE_CXX_COMPILER} -DLAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
    "-DEXPECTED=${MPTCP_VERSION}" -P
    ${PROJECT_SOURCE_DIR}/test/packaging/find-package.cmake
)
add_test(
  NAME packaging.contrib
  COMMAND
    ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DBINARY_DIR=${PROJECT_BINARY_DIR}
    -DGENERATOR=${CMAKE_GENERATOR} -DCOMPILER=${CMAKE_CXX_COMPILER} -P
    ${PROJECT_SOURCE_DIR}/test/packaging/contrib.cmake
)
set_tests_properties(
  packaging.find-package packaging.contrib PROPERTIES TIMEOUT 300 LABELS packaging
)
