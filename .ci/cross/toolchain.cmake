# For CMake: builds for PROCESSOR, an architecture of Debian, with what packages.sh put into
# /sysroots, and runs what was built under QEMU.
#
# SPDX-License-Identifier: GPL-2.0-or-later

set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PROCESSOR)
set(arm64 aarch64)
set(i386 i686)
set(s390x s390x)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${${PROCESSOR}})
set(CMAKE_C_COMPILER ${CMAKE_SYSTEM_PROCESSOR}-linux-gnu-gcc)
set(CMAKE_SYSROOT /sysroots/${PROCESSOR})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(PKG_CONFIG_EXECUTABLE /sysroots/${PROCESSOR}.pkg-config)
set(CMAKE_CROSSCOMPILING_EMULATOR /sysroots/${PROCESSOR}.run)
