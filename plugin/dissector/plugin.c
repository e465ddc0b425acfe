/* plugin.c
 * What Wireshark looks for in a plugin.
 * May include: Wireshark's packet interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/* On Windows what is exported is so only in a DLL that is being built. */
#define WS_BUILD_DLL

#include <stdint.h>

#include <epan/proto.h>
#include <epan/tap.h>
#include <ws_symbol_export.h>
#include <ws_version.h>

#include "packet-seekchat.h"
#include "stats.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = SEEKCHAT_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

void plugin_register(void)
{
    static proto_plugin plugin = {
        .register_protoinfo = proto_register_seekchat,
        .register_handoff = proto_reg_handoff_seekchat,
    };

    static proto_plugin stats = {.register_handoff = seekchat_stats_handoff};
    static tap_plugin taps = {.register_tap_listener = seekchat_stats_register};

    proto_register_plugin(&plugin);
    proto_register_plugin(&stats);
    tap_register_plugin(&taps);
}

/* WS_PLUGIN_DESC_DISSECTOR and _TAP_LISTENER of wsutil/plugins.h, which 4.0 does not ship. */
uint32_t plugin_describe(void)
{
    return 1u << 0 | 1u << 4;
}
