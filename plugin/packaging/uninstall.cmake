# Removes what `cmake --install` put into the system; runs in the build directory.
#
# SPDX-License-Identifier: GPL-2.0-or-later

if(NOT EXISTS install_manifest.txt)
    message(FATAL_ERROR "Nothing was installed from this build directory.")
endif()
file(STRINGS install_manifest.txt files)
foreach(file IN LISTS files)
    message(STATUS "Removing $ENV{DESTDIR}${file}")
    file(REMOVE $ENV{DESTDIR}${file})
    # A folder without files would still be a profile.
    if(file MATCHES "/profiles/SeekChat/")
        get_filename_component(profile $ENV{DESTDIR}${file} DIRECTORY)
        file(GLOB rest ${profile}/*)
        if(NOT rest)
            file(REMOVE_RECURSE ${profile})
        endif()
    endif()
endforeach()
