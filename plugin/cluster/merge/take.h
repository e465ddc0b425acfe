/* take.h
 * The values of written facts, taken one by one, each checked for what it may be.
 * May include: json.h and facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * Nothing that is taken is believed: what is wrong is noted in the reader, the first thing only,
 * and stands for 0 or none. So a record is read without a look at each value, and the reader is
 * looked at behind it.
 */

#ifndef CLUSTER_TAKE_H
#define CLUSTER_TAKE_H

#include "facts.h"
#include "json.h"

/* Facts while they are read. */
typedef struct {
    const cluster_json *json;
    cluster_facts *facts;
    const char *part;  /* of the facts that is read, */
    uint32_t place;    /* and which of its values, from 1; 0: the whole */
    const char *wrong; /* what is wrong there: the first thing; NULL: nothing */
    uint32_t frames;   /* of all captures */
    GArray *addresses; /* cluster_address */
} cluster_reader;

/* The values of an array while they are taken one by one. */
typedef struct {
    cluster_reader *from;
    uint32_t at;
    uint32_t left;
    double base; /* of its times */
} cluster_row;

/* Notes what is wrong at the present place. */
void cluster_reader_fail(cluster_reader *from, const char *wrong);
bool cluster_reader_good(const cluster_reader *from);
const cluster_json_value *cluster_reader_at(const cluster_reader *from, uint32_t at);
/* A time, if it is one that reports have. */
double cluster_reader_seconds(cluster_reader *from, double time);

/* The values of an array at a place; none if it is no array. */
cluster_row cluster_row_of(cluster_reader *from, uint32_t at, double base);
/* A row must have been taken whole. */
void cluster_row_end(const cluster_row *values);

/*
 * The next value, which is checked for its kind and range. One that is not there is 0 or none, and
 * that is no error: rows end where zeros follow.
 */

/* The place of a value of a kind; 0. */
uint32_t cluster_take(cluster_row *values, cluster_json_kind kind, const char *wrong);
/* A row in a row; empty if it is not there. */
cluster_row cluster_take_row(cluster_row *values);
double cluster_take_number(cluster_row *values);
/* A whole number of at most most. */
uint32_t cluster_take_count(cluster_row *values, uint32_t most);
bool cluster_take_flag(cluster_row *values);
/* A place in a table of that many, from 0; UINT32_MAX for none. */
uint32_t cluster_take_place(cluster_row *values, uint32_t count);
uint32_t cluster_take_text(cluster_row *values);
/* Seconds since 1970-01-01 00:00 UTC. */
double cluster_take_time(cluster_row *values);
/* A frame of one of the captures, or 0. */
uint32_t cluster_take_frame(cluster_row *values);
cluster_moment cluster_take_moment(cluster_row *values);
/* The first moment of a record, which tells its capture; the row's times are behind it. */
cluster_moment cluster_take_first(cluster_row *values);
cluster_address cluster_take_address(cluster_row *values);
/* A string, and bytes that are given as base64; NULL if there are none. For g_string_free. */
GString *cluster_take_string(cluster_row *values);
GString *cluster_take_bytes(cluster_row *values);

#endif
