/* ws_compat.h
 * The one place of the plugin that knows what differs between the Wireshark versions that are
 * supported.
 * May include: ws_version.h and what of Wireshark it bridges.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SEEKCHAT_WS_COMPAT_H
#define SEEKCHAT_WS_COMPAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <ws_version.h>
#include <epan/packet.h>
#include <epan/conversation_filter.h>
#include <epan/prefs.h>
#include <epan/proto.h>
#include <epan/stat_tap_ui.h>
#include <epan/strutil.h>
#include <wsutil/str_util.h>
#include <wsutil/wmem/wmem.h>

#define SEEKCHAT_WIRESHARK_AT_LEAST(major, minor)                                                  \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/*
 * Stops the compiler unless the headers give expression this type: what is known of a version is
 * checked where it is built, since a cast, and most warnings, would hide that it is wrong.
 */
#define SEEKCHAT_ASSERT_TYPE(expression, type)                                                     \
    _Static_assert(_Generic((expression), type : 1, default : 0),                                  \
                   #expression " is no " #type " in this version of Wireshark")

/* 4.4 turned the booleans of the interface from gboolean, which is an int, into bool. */
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 4)
typedef bool ws_boolean;
#else
typedef gboolean ws_boolean;
#endif

SEEKCHAT_ASSERT_TYPE(&prefs_register_bool_preference,
                     void (*)(module_t *, const char *, const char *, const char *, ws_boolean *));
SEEKCHAT_ASSERT_TYPE((heur_dissector_t)NULL,
                     ws_boolean (*)(tvbuff_t *, packet_info *, proto_tree *, void *));

/*
 * length bytes of text with everything that could disturb a terminal or a column escaped, in pool.
 * 4.2 moved format_text to wsutil and made its parameter a char.
 */
static inline char *seekchat_printable(wmem_allocator_t *pool, const char *text, size_t length)
{
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 2)
    SEEKCHAT_ASSERT_TYPE(&format_text, char *(*)(wmem_allocator_t *, const char *, size_t));
    return format_text(pool, text, length);
#else
    return format_text(pool, (const unsigned char *)text, length);
#endif
}

/* The text of a field of a string type, valid as long as the field. 4.2 made its value a pointer.
 */
static inline const char *seekchat_field_string(const field_info *field)
{
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 2)
    SEEKCHAT_ASSERT_TYPE(&field->value, fvalue_t *const *);
    return fvalue_get_string(field->value);
#else
    SEEKCHAT_ASSERT_TYPE(&field->value, const fvalue_t *);
    return fvalue_get_string((fvalue_t *)&field->value);
#endif
}

/*
 * Defines the callback `name` of a stat_tap_ui by start, which gets the option's text, and returns
 * false if it cannot be followed. 4.6 passes that on; before, give_up is called, as tshark's own
 * callbacks end tshark.
 */
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 6)
#define SEEKCHAT_STAT_TAP_INIT(name, start, give_up)                                               \
    static bool name(const char *argument, void *data _U_)                                         \
    {                                                                                              \
        return start(argument);                                                                    \
    }
SEEKCHAT_ASSERT_TYPE((stat_tap_init_cb)NULL, bool (*)(const char *, void *));
#else
#define SEEKCHAT_STAT_TAP_INIT(name, start, give_up)                                               \
    static void name(const char *argument, void *data _U_)                                         \
    {                                                                                              \
        if (!start(argument)) {                                                                    \
            give_up;                                                                               \
        }                                                                                          \
    }
SEEKCHAT_ASSERT_TYPE((stat_tap_init_cb)NULL, void (*)(const char *, void *));
#endif

/*
 * Defines the function `name`, which registers an entry of Wireshark's menu Conversation Filter for
 * a protocol, by is_valid (bool of a packet_info *) and build (a string that Wireshark frees, of
 * the same). 4.4 has callbacks with data of their own. What 4.2 wants is not known: no entry there.
 */
#if SEEKCHAT_WIRESHARK_AT_LEAST(4, 4)
#define SEEKCHAT_CONVERSATION_FILTER(name, is_valid, build)                                        \
    static bool name##_is_valid(packet_info *pinfo, void *data _U_)                                \
    {                                                                                              \
        return is_valid(pinfo);                                                                    \
    }                                                                                              \
    static char *name##_build(packet_info *pinfo, void *data _U_)                                  \
    {                                                                                              \
        return build(pinfo);                                                                       \
    }                                                                                              \
    static void name(const char *protocol, const char *title)                                      \
    {                                                                                              \
        register_conversation_filter(protocol, title, name##_is_valid, name##_build, NULL);        \
    }
#elif SEEKCHAT_WIRESHARK_AT_LEAST(4, 2)
#define SEEKCHAT_CONVERSATION_FILTER(name, is_valid, build)                                        \
    static void name(const char *protocol _U_, const char *title _U_)                              \
    {                                                                                              \
        (void)(is_valid);                                                                          \
        (void)(build);                                                                             \
    }
#else
#define SEEKCHAT_CONVERSATION_FILTER(name, is_valid, build)                                        \
    static gboolean name##_is_valid(packet_info *pinfo)                                            \
    {                                                                                              \
        return is_valid(pinfo);                                                                    \
    }                                                                                              \
    static void name(const char *protocol, const char *title)                                      \
    {                                                                                              \
        register_conversation_filter(protocol, title, name##_is_valid, build);                     \
    }
#endif

#endif
