/* peer_simdjson.cpp
 * simdjson's On-Demand parser over a stream of documents.
 * May include: simdjson.h and bench.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"

#include <simdjson.h>

#include <algorithm>

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

extern "C" bench_found bench_simdjson(uint8_t *input, size_t length)
{
    bench_found found = {};
    static ondemand::parser parser;
    size_t batch =
        std::max<size_t>(ondemand::DEFAULT_BATCH_SIZE, std::min<size_t>(length, 8 << 20));
    ondemand::document_stream stream;
    if (parser.iterate_many(input, length, batch).get(stream)) {
        return found;
    }
    for (auto document = stream.begin(); document != stream.end(); ++document) {
        auto reference = *document;
        ondemand::object object = reference.get_object();
        found.messages++;
        for (auto field : object) {
            std::string_view key = field.unescaped_key();
            found.keys += !key.empty();
            take_value(&found, field.value());
        }
        found.ends += document.source().size();
    }
    return found;
}
