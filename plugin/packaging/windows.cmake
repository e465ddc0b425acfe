# The .zip for Windows: its folders stand as they do below Wireshark's folder of personal configuration.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set(CPACK_GENERATOR ZIP)
set(archive COMPONENT archive EXCLUDE_FROM_ALL)
configure_file(INSTALL-windows.txt.in INSTALL.txt @ONLY NEWLINE_STYLE WIN32)
install(TARGETS seekchat-plugin LIBRARY DESTINATION plugins/${SEEKCHAT_WIRESHARK_SERIES}/epan ${archive})
install(TARGETS seekchat RUNTIME DESTINATION . ${archive})
install(DIRECTORY ${profile} DESTINATION profiles ${archive})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/INSTALL.txt ${PROJECT_SOURCE_DIR}/LICENSE
        DESTINATION . ${archive})
