# Installs plugin, profile and command for the person who runs it, or removes them: ACTION tells which.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set(plugins $ENV{HOME}/.local/lib/wireshark/plugins/${SERIES}/epan)
set(programs $ENV{HOME}/.local/bin)
if(DEFINED ENV{XDG_CONFIG_HOME})
    set(profiles $ENV{XDG_CONFIG_HOME}/wireshark/profiles)
else()
    set(profiles $ENV{HOME}/.config/wireshark/profiles)
endif()

if(ACTION STREQUAL install)
    file(INSTALL ${PLUGIN} DESTINATION ${plugins})
    file(INSTALL ${PROFILE} DESTINATION ${profiles})
    file(INSTALL ${PROGRAM} DESTINATION ${programs} USE_SOURCE_PERMISSIONS)
    execute_process(COMMAND id -u OUTPUT_VARIABLE user OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(user EQUAL 0)
        message(WARNING "Wireshark does not read the personal plugins of root. "
                        "`cmake --install` installs for the machine.")
    endif()
else()
    get_filename_component(plugin ${PLUGIN} NAME)
    get_filename_component(program ${PROGRAM} NAME)
    get_filename_component(profile ${PROFILE} NAME)
    # The whole profile: Wireshark adds files of its own.
    foreach(path ${plugins}/${plugin} ${programs}/${program} ${profiles}/${profile})
        message(STATUS "Removing ${path}")
        file(REMOVE_RECURSE ${path})
    endforeach()
endif()
