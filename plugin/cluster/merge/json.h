/* json.h
 * A strict reader of JSON (RFC 8259), for reports that come from anywhere.
 * May include: facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Wireshark brings a JSON parser (wsutil/wsjson.h), which takes text that is no JSON and whose time
 * grows with the square of an array's length. This one does neither: it goes over the text once and
 * lays the values out in an array, each before what it holds.
 */

#ifndef CLUSTER_JSON_H
#define CLUSTER_JSON_H

#include "address.h"

typedef enum {
    CLUSTER_JSON_NULL,
    CLUSTER_JSON_FALSE,
    CLUSTER_JSON_TRUE,
    CLUSTER_JSON_NUMBER,
    CLUSTER_JSON_STRING,
    CLUSTER_JSON_ARRAY,
    CLUSTER_JSON_OBJECT, /* its keys are strings, each before its value */
} cluster_json_kind;

typedef struct {
    uint8_t kind;   /* cluster_json_kind */
    uint32_t start; /* its text; that of a string without the quotes */
    uint32_t length;
    uint32_t count; /* members: of an array its values, of an object its keys */
    uint32_t next;  /* index of the value behind it and all that it holds */
} cluster_json_value;

typedef struct {
    const char *text; /* borrowed */
    GArray *values;   /* cluster_json_value; the first is the document */
} cluster_json;

/*
 * Reads a whole text of at most CLUSTER_REPORT_BYTES_MAX bytes, in which values are nested at most
 * CLUSTER_REPORT_DEPTH_MAX deep. NULL, and *error a sentence to be freed, if it is no JSON. To be
 * freed with cluster_json_free, while text must stay.
 */
cluster_json *cluster_json_read(const char *text, size_t length, char **error);
void cluster_json_free(cluster_json *json);

const cluster_json_value *cluster_json_at(const cluster_json *json, uint32_t index);

/* The index of the value that an object has for a key; 0 if it has none, or is no object. */
uint32_t cluster_json_member(const cluster_json *json, uint32_t object, const char *key);

/* The text that a string stands for; to be freed with g_string_free. */
GString *cluster_json_string(const cluster_json *json, uint32_t string);

double cluster_json_number(const cluster_json *json, uint32_t number);

#endif
