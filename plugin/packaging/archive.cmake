# The .tar.gz: the files side by side, and a note that says where they belong.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set(CPACK_GENERATOR TGZ)
set(archive DESTINATION . COMPONENT archive EXCLUDE_FROM_ALL)
configure_file(INSTALL.txt.in INSTALL.txt @ONLY)
install(TARGETS seekchat-plugin LIBRARY ${archive})
install(TARGETS seekchat RUNTIME ${archive})
install(DIRECTORY ${profile} ${archive})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/INSTALL.txt ${PROJECT_SOURCE_DIR}/LICENSE ${archive})
if(TARGET manual)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/seekchat.1 ${archive})
endif()
