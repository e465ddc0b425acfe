# Read by CPack for each kind of package: which files go into it, and where it is unpacked.
#
# SPDX-License-Identifier: GPL-2.0-or-later

list(GET CPACK_INSTALL_CMAKE_PROJECTS 0 build)
list(GET CPACK_INSTALL_CMAKE_PROJECTS 1 project)
if(CPACK_GENERATOR STREQUAL DEB)
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
    # Not ALL: that would count as an installation on this machine.
    set(CPACK_INSTALL_CMAKE_PROJECTS ${build} ${project} Unspecified / ${build} ${project} debian /)
else()
    set(CPACK_PACKAGING_INSTALL_PREFIX /)
    set(CPACK_INSTALL_CMAKE_PROJECTS ${build} ${project} archive /)
    if(CPACK_SEEKCHAT_NO_DEB)
        message(WARNING "${CPACK_SEEKCHAT_NO_DEB}")
    endif()
endif()
