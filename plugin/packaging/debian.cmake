# The .deb. Two of them, for different Wiresharks, differ in version, so that one replaces the other.
#
# SPDX-License-Identifier: GPL-2.0-or-later

list(APPEND CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_PACKAGE_VERSION ${PROJECT_VERSION}+ws${SEEKCHAT_WIRESHARK_SERIES})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS TRUE)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "wireshark | tshark")

# Wireshark loads a plugin from the folder of its own minor version alone. The package that holds
# libwireshark is named differently in each release, and does not say by its name which minor it is.
get_target_property(library epan LOCATION)
file(REAL_PATH ${library} library)
execute_process(COMMAND dpkg-query --search ${library}
                OUTPUT_VARIABLE owner ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REGEX MATCH "^[a-z0-9.+-]+" owner "${owner}")
if(owner)
    math(EXPR next "${Wireshark_MINOR_VERSION} + 1")
    set(series ${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION})
    set(CPACK_DEBIAN_PACKAGE_DEPENDS
        "${owner} (>= ${series}~), ${owner} (<< ${Wireshark_MAJOR_VERSION}.${next}~)")
else()
    message(STATUS "No package holds ${library}: the .deb will not say which Wireshark it needs")
endif()

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(changelog.in changelog @ONLY)
add_custom_command(OUTPUT changelog.gz
    COMMAND ${SEEKCHAT_GZIP} -9nkf changelog
    DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/changelog VERBATIM)
# Not called changelog, as the file is: Ninja would take the two for one.
add_custom_target(debian-changelog ALL DEPENDS changelog.gz)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/changelog.gz copyright
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_PACKAGE_NAME}
        COMPONENT debian EXCLUDE_FROM_ALL)
