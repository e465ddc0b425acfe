# Removes what `cmake --install` put into the system. The build directory holds a copy, beside
# installed.txt, in which before-install.cmake wrote down what that is: root needs no more than
# `cmake -P`, and so leaves no file of root's in somebody's build directory.
#
# SPDX-License-Identifier: GPL-2.0-or-later

cmake_minimum_required(VERSION 3.20)

set(record "${CMAKE_CURRENT_LIST_DIR}/installed.txt")
file(STRINGS "${record}" files ENCODING UTF-8)
if(NOT files)
    message(FATAL_ERROR "Nothing was installed from this build directory.")
endif()

# file(REMOVE) says nothing where it cannot; a link that leads nowhere does not exist to CMake.
foreach(file IN LISTS files)
    if(EXISTS "${file}" OR IS_SYMLINK "${file}")
        file(REMOVE "${file}")
        if(EXISTS "${file}" OR IS_SYMLINK "${file}")
            list(APPEND left "${file}")
        else()
            message(STATUS "Removed ${file}")
        endif()
    endif()
    # A folder without files would still be a profile.
    if(file MATCHES "/profiles/SeekChat/")
        get_filename_component(profile "${file}" DIRECTORY)
        file(GLOB rest "${profile}/*")
        if(NOT rest)
            file(REMOVE_RECURSE "${profile}")
        endif()
    endif()
endforeach()

if(left)
    list(JOIN left "\n  " left)
    message(FATAL_ERROR "Not removed:\n  ${left}\nWhere they are root's:\n"
                        "  sudo cmake -P \"${CMAKE_CURRENT_LIST_FILE}\"")
endif()
file(WRITE "${record}" "")
message(STATUS "Nothing of this build directory is installed for the machine")
