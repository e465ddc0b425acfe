/* peer_simdjson.cpp
 * simdjson's On-Demand parser over a stream of documents.
 * May include: simdjson.h and bench.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"

#include <simdjson.h>

namespace ondemand = simdjson::ondemand;

static void take_value(bench_found *found, ondemand::value value)
{
    std::string_view text;
    if (value.type() == ondemand::json_type::string) {
        text = value.get_string();
        bench_take(found, text.size());
        return;
    }
    for (auto node : value.get_array()) {
        text = node.get_string();
        bench_take(found, text.size());
    }
}

static void take_object(bench_found *found, ondemand::object object)
{
    found->messages++;
    for (auto field : object) {
        std::string_view key = field.unescaped_key();
        found->keys += !key.empty();
        take_value(found, field.value());
    }
}

/*
 * One message goes the way that is quickest for a document, several that for a stream; without a
 * thread of its own, since the others have none either. The end of a message is where the next
 * begins: to ask for its source would be slower.
 */
extern "C" bench_found bench_simdjson(uint8_t *input, size_t length, bool is_one)
{
    bench_found found = {};
    static ondemand::parser parser;
#ifdef SIMDJSON_THREADS_ENABLED
    parser.threaded = false;
#endif
    if (is_one) {
        ondemand::document doc = parser.iterate(input, length, length + BENCH_PADDING);
        take_object(&found, doc.get_object());
        found.ends += doc.at_end() ? length : 0;
        return found;
    }
    ondemand::document_stream stream;
    if (parser.iterate_many(input, length).get(stream)) {
        return found;
    }
    size_t last = 0;
    for (auto document = stream.begin(); document != stream.end(); ++document) {
        auto reference = *document;
        take_object(&found, reference.get_object());
        found.ends += document.current_index() - last;
        last = document.current_index();
    }
    found.ends += length - stream.truncated_bytes() - last;
    return found;
}
