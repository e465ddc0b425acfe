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
#include <epan/timestamp.h>
#include <wiretap/wtap.h>
#include <wsutil/privileges.h>

#include "program_compat.h"

/* What Wireshark's own programs set for columns: 4.4 and later end the program without. */
static void set_times(void)
{
    timestamp_set_type(TS_RELATIVE);
    timestamp_set_precision(TS_PREC_AUTO);
    timestamp_set_seconds_type(TS_SECONDS_DEFAULT);
}

bool start_wireshark(const char *program)
{
    init_process_policies();

    char *problem = program_begin(program);

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
    set_times();
    if (proto_get_id_by_filter_name("seekchat") < 0) {
        fprintf(stderr,
                "%s: no SeekChat below WIRESHARK_PLUGIN_DIR (which Wireshark does not read for "
                "root)\n",
                program);
        return false;
    }
    return true;
}
