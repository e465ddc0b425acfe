# Run by CPack before it packs what it gathered: everybody may enter the folders, whatever the umask.
#
# SPDX-License-Identifier: GPL-2.0-or-later

file(CHMOD_RECURSE "${CPACK_TEMPORARY_DIRECTORY}" DIRECTORY_PERMISSIONS
     OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
