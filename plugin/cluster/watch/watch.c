/* watch.c
 * From packets to facts: which connections, look-ups and ARP requests are worth keeping.
 * May include: the headers of watch/ and facts/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "watch.h"

#include "hosts.h"
#include "window.h"

struct cluster_watch {
    cluster_facts *facts;
    cluster_window window;
    cluster_hosts hosts;
};

cluster_watch *cluster_watch_new(cluster_facts *facts)
{
    cluster_watch *watch = g_new0(cluster_watch, 1);
    watch->facts = facts;
    cluster_window_init(&watch->window, facts);
    cluster_hosts_init(&watch->hosts, facts);
    return watch;
}

void cluster_watch_free(cluster_watch *watch)
{
    if (watch != NULL) {
        cluster_hosts_clear(&watch->hosts);
        cluster_window_clear(&watch->window);
        g_free(watch);
    }
}

/* The request before what was said at a place; NULL if it is not in the capture. */
static const cluster_said *request_before(const cluster_conversation *conversation, uint16_t place)
{
    while (place > 0) {
        const cluster_said *said = &conversation->said[--place];
        if (said->kind == CLUSTER_SAID_REQUEST) {
            return said;
        }
    }
    return NULL;
}

/* A reply came that may tell of a ping in vain: what belongs to that is kept. */
static void claim(cluster_watch *watch, const cluster_conversation *conversation, uint16_t place)
{
    const cluster_said *reply = &conversation->said[place];
    const cluster_said *request = request_before(conversation, place);
    cluster_text alive;
    cluster_text host = {"", 0};
    cluster_address literal = {.family = CLUSTER_FAMILY_NONE};
    if (request != NULL && request->type != SEEKCHAT_TYPE_SEEKING) {
        return;
    }
    if (request != NULL) {
        cluster_name_split(cluster_facts_text_at(watch->facts, request->text), &alive, &host);
        cluster_address_parse(host, &literal);
    }
    double since = request != NULL ? request->time : reply->time - CLUSTER_PING_SECONDS;
    cluster_window_claim(&watch->window, conversation, since, &literal);
    cluster_hosts_claim(&watch->hosts, since, host);
}

static bool tells_of_failure(const cluster_said *said)
{
    return said->kind == CLUSTER_SAID_REPLY &&
           (said->payload == SEEKCHAT_PAYLOAD_JOIN_FAILED || said->reading != CLUSTER_READ_WHOLE);
}

void cluster_watch_tcp(cluster_watch *watch, cluster_moment when, const cluster_segment *segment)
{
    cluster_watch_resume(watch);
    cluster_open *open = cluster_window_find(&watch->window, when, segment);
    cluster_conversation *conversation = open->conversation;
    uint16_t said = conversation->said_count;
    uint32_t syn = conversation->syn;
    cluster_conversation_segment(watch->facts, conversation, when, segment);
    cluster_window_weigh(&watch->window, open);
    cluster_window_touch(&watch->window, open);
    if (conversation->locator && syn == 0 && conversation->syn != 0) {
        cluster_hosts_act(&watch->hosts, &conversation->party[CLUSTER_CLIENT].end.address,
                          when.time);
    }
    for (; said < conversation->said_count; said++) {
        if (tells_of_failure(&conversation->said[said])) {
            claim(watch, conversation, said);
        }
    }
}

void cluster_watch_unreachable(cluster_watch *watch, cluster_moment when, const cluster_address *by,
                               const cluster_endpoint *source, const cluster_endpoint *target)
{
    cluster_watch_resume(watch);
    cluster_open *open = cluster_window_attempt(&watch->window, source, target);
    if (open == NULL) {
        open = cluster_window_add(&watch->window, when, source, target);
    }
    if (open->conversation->unreachable == 0) {
        open->conversation->unreachable = when.frame;
    }
    if (cluster_address_equal(by, &target->address)) {
        open->conversation->prohibited = true;
    }
    open->conversation->last = when;
    cluster_window_touch(&watch->window, open);
}

void cluster_watch_arp(cluster_watch *watch, cluster_moment when, bool is_reply,
                       const cluster_address *source, const cluster_address *target)
{
    const cluster_pair pair = {*source, *target};
    cluster_watch_resume(watch);
    cluster_hosts_arp(&watch->hosts, when, is_reply, &pair);
}

void cluster_watch_dns(cluster_watch *watch, cluster_moment when, const cluster_dns *dns)
{
    cluster_watch_resume(watch);
    cluster_hosts_dns(&watch->hosts, when, dns);
}

void cluster_watch_pause(cluster_watch *watch)
{
    cluster_window_pause(&watch->window);
    cluster_hosts_pause(&watch->hosts);
}

void cluster_watch_resume(cluster_watch *watch)
{
    if (watch->window.paused) {
        cluster_window_resume(&watch->window);
        cluster_hosts_resume(&watch->hosts);
    }
}
