/* start.c
 * Starts Wireshark's libraries, with the plugins that Wireshark would load.
 * May include: Wireshark's interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "start.h"

#include <stdio.h>

#include <epan/epan.h>
#include <epan/prefs.h>
#include <epan/proto.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

bool start_wireshark(const char *program)
{
    ws_log_init(program, NULL);
    init_process_policies();

    char *problem = configuration_init(program, NULL);

    if (problem != NULL) {
        fprintf(stderr, "%s: %s\n", program, problem);
        g_free(problem);
        return false;
    }
    wtap_init(TRUE);
    if (!epan_init(NULL, NULL, TRUE)) {
        fprintf(stderr, "%s: Wireshark's dissectors do not start\n", program);
        return false;
    }
    epan_load_settings();
    prefs_apply_all();
    if (proto_get_id_by_filter_name("seekchat") < 0) {
        fprintf(stderr,
                "%s: no SeekChat below WIRESHARK_PLUGIN_DIR (which Wireshark does not read for "
                "root)\n",
                program);
        return false;
    }
    return true;
}
