# CPack: a .deb that fits the Wireshark of the build and no other, and a .tar.gz for the rest; for
# Windows a .zip.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set(CPACK_PACKAGE_NAME wireshark-seekchat)
set(CPACK_PACKAGE_VENDOR "SeekChat for Wireshark")
set(CPACK_PACKAGE_CONTACT "SeekChat for Wireshark <packages@wireshark-seekchat.invalid>"
    CACHE STRING "Maintainer of the package, as NAME <ADDRESS>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "SeekChat dissector for Wireshark ${SEEKCHAT_WIRESHARK_SERIES}")
set(CPACK_PACKAGE_DESCRIPTION
    "SeekChat is the locator protocol of Beethoven, which joins Elixir nodes to a
cluster. This plugin shows its messages in Wireshark and tshark, with what is
wrong with them, and reports on the cluster. The command seekchat reads and
writes messages.
The package fits Wireshark ${SEEKCHAT_WIRESHARK_SERIES} only.")
set(CPACK_PACKAGE_FILE_NAME
    seekchat-${PROJECT_VERSION}-wireshark${SEEKCHAT_WIRESHARK_SERIES}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_VERBATIM_VARIABLES TRUE)
set(CPACK_STRIP_FILES TRUE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/readable.cmake)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_SOURCE_DIR}/generator.cmake)

if(WIN32)
    include(windows.cmake)
else()
    include(archive.cmake)
    find_program(SEEKCHAT_SHLIBDEPS dpkg-shlibdeps)
    find_program(SEEKCHAT_FILE file)
    if(SEEKCHAT_SHLIBDEPS AND SEEKCHAT_FILE AND TARGET manual)
        include(debian.cmake)
    elseif(EXISTS /etc/debian_version)
        set(CPACK_SEEKCHAT_NO_DEB "No .deb: dpkg-shlibdeps (Debian package dpkg-dev), file or gzip \
was missing when the build was configured. First: sh plugin/packages.sh package; \
cmake '${PROJECT_BINARY_DIR}'")
        message(STATUS "${CPACK_SEEKCHAT_NO_DEB}")
    endif()
endif()

include(CPack)
