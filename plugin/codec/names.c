/* names.c
 * The documented words of type and payload, and what errors and faults mean.
 * May include: the C library, GLib, words.h and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "seekchat.h"

#include <string.h>

#include "words.h"

const words_entry words_table[WORDS_SLOTS] = {
    [4] = {"seeking", 7, .type = SEEKCHAT_TYPE_SEEKING},
    [5] = {"standalone", 10, .payload = SEEKCHAT_PAYLOAD_STANDALONE},
    [6] = {"self", 4, .payload = SEEKCHAT_PAYLOAD_SELF},
    [7] = {"check", 5, .payload = SEEKCHAT_PAYLOAD_CHECK},
    [8] = {"reply", 5, .type = SEEKCHAT_TYPE_REPLY},
    [9] = {"watching", 8, .type = SEEKCHAT_TYPE_WATCHING},
    [11] = {"error", 5, .payload = SEEKCHAT_PAYLOAD_ERROR},
    [13] = {"join_failed", 11, .payload = SEEKCHAT_PAYLOAD_JOIN_FAILED},
    [14] = {"joined", 6, .payload = SEEKCHAT_PAYLOAD_JOINED},
    [15] = {"join", 4, .payload = SEEKCHAT_PAYLOAD_JOIN},
};

static const char *const errors[] = {
    [SEEKCHAT_ERROR_NONE] = "no error",
    [SEEKCHAT_ERROR_END] = "the input ends inside the message",
    [SEEKCHAT_ERROR_VALUE] = "expected a value",
    [SEEKCHAT_ERROR_VALUE_OR_CLOSE] = "expected a value or ]",
    [SEEKCHAT_ERROR_KEY] = "expected a key in quotes",
    [SEEKCHAT_ERROR_KEY_OR_CLOSE] = "expected a key in quotes or }",
    [SEEKCHAT_ERROR_COLON] = "expected a colon",
    [SEEKCHAT_ERROR_COMMA_OBJECT] = "expected a comma or }",
    [SEEKCHAT_ERROR_COMMA_ARRAY] = "expected a comma or ]",
    [SEEKCHAT_ERROR_LITERAL] = "expected true, false or null",
    [SEEKCHAT_ERROR_NUMBER] = "expected a digit",
    [SEEKCHAT_ERROR_NUMBER_RANGE] = "the number is too large",
    [SEEKCHAT_ERROR_CONTROL] = "a control character must be escaped",
    [SEEKCHAT_ERROR_ESCAPE] = "not an escape",
    [SEEKCHAT_ERROR_SURROGATE] = "half a surrogate pair",
    [SEEKCHAT_ERROR_UTF8] = "not UTF-8",
    [SEEKCHAT_ERROR_TRAILING] = "expected nothing after the message",
    [SEEKCHAT_ERROR_TOO_LARGE] = "the input is too large",
};

static const char *const faults[] = {
    "not an object",
    "the key type is missing",
    "the key sender is missing",
    "the key payload is missing",
    "type is no string",
    "sender is no string",
    "payload is neither a string nor an array of strings",
    "payload is an array that holds something other than strings",
    "type is longer than 255 characters",
    "sender is longer than 255 characters",
    "payload is longer than 255 characters",
    "a node is longer than 255 characters",
};

const char *seekchat_type_name(seekchat_type type)
{
    for (unsigned i = 0; i < WORDS_SLOTS; i++) {
        if (words_table[i].type != SEEKCHAT_TYPE_UNKNOWN && words_table[i].type == type) {
            return words_table[i].name;
        }
    }
    return NULL;
}

const char *seekchat_payload_name(seekchat_payload payload)
{
    for (unsigned i = 0; i < WORDS_SLOTS; i++) {
        if (words_table[i].payload != SEEKCHAT_PAYLOAD_UNKNOWN &&
            words_table[i].payload == payload) {
            return words_table[i].name;
        }
    }
    return NULL;
}

/* The entry of a word with nothing readable around it; an empty one if it is none. */
static const words_entry *find_word(const char *name, size_t length)
{
    uint8_t buffer[8 + WORDS_MAX];
    if (length > WORDS_MAX) {
        return words_table;
    }
    memcpy(buffer + 8, name, length);
    return words_find(buffer + 8 + length, length);
}

seekchat_type seekchat_type_from_name(const char *name, size_t length)
{
    const words_entry *word = find_word(name, length);
    return (seekchat_type)word->type;
}

seekchat_payload seekchat_payload_from_name(const char *name, size_t length)
{
    const words_entry *word = find_word(name, length);
    return (seekchat_payload)word->payload;
}

const char *seekchat_error_text(seekchat_error error)
{
    return (size_t)error < G_N_ELEMENTS(errors) ? errors[error] : "unknown error";
}

const char *seekchat_fault_text(seekchat_fault fault)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
        if ((unsigned)fault == 1u << i) {
            return faults[i];
        }
    }
    return "unknown fault";
}
