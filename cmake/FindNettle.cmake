# SPDX-License-Identifier: GPL-2.0-only
#
# Finds the Nettle cryptographic library and defines Nettle::nettle.
find_path(NETTLE_INCLUDE_DIR nettle/hmac.h)
find_library(NETTLE_LIBRARY nettle)
mark_as_advanced(NETTLE_INCLUDE_DIR NETTLE_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Nettle
  REASON_FAILURE_MESSAGE "on Debian: apt-get install nettle-dev"
  REQUIRED_VARS NETTLE_LIBRARY NETTLE_INCLUDE_DIR
)

if(Nettle_FOUND AND NOT TARGET Nettle::nettle)
  add_library(Nettle::nettle UNKNOWN IMPORTED)
  set_target_properties(
    Nettle::nettle PROPERTIES IMPORTED_LOCATION ${NETTLE_LIBRARY}
                              INTERFACE_INCLUDE_DIRECTORIES ${NETTLE_INCLUDE_DIR}
  )
endif()
