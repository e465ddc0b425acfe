/* seekchat.h
 * The SeekChat codec: new_msg, encode and decode, as Beethoven.SeekChat has them.
 * May include: the C library and GLib.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/*
 * SeekChat is what Beethoven's locators and Beacons say to each other: one JSON object a message
 * (RFC 8259, UTF-8) with a sender, a type and a payload, and no framing around it.
 *
 * decode accepts what OTP 27's json:decode/1 followed by Beethoven's own checks accepts, byte for
 * byte: the same inputs, and for the others the same verdict. Results are offsets into the input;
 * nothing is copied. Walking a buffer that holds several messages:
 *
 *     seekchat_decoder decoder;
 *     seekchat_decoder_init(&decoder);
 *     while (seekchat_decode(&decoder, bytes, length) == SEEKCHAT_OK) {
 *         use(&decoder.message, bytes);
 *         bytes += decoder.message.end;
 *         length -= decoder.message.end;
 *     }
 *     seekchat_decoder_clear(&decoder);
 */

#ifndef SEEKCHAT_H
#define SEEKCHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

/* The port on which a Beacon listens unless its configuration says otherwise. */
#define SEEKCHAT_PORT 33000
/* Bytes that one passive recv of a BEAM socket returns at most; both sides decode just that. */
#define SEEKCHAT_RECV_BYTES 1460
/* Code points in the longest atom; each string of a message becomes an atom. */
#define SEEKCHAT_ATOM_MAX 255
/* Bytes of the longest input: offsets are kept in 31 bits. */
#define SEEKCHAT_INPUT_MAX INT32_MAX

/* What decode found at the start of the input. */
typedef enum {
    SEEKCHAT_OK,           /* a whole SeekChat message */
    SEEKCHAT_NOT_SEEKCHAT, /* a whole JSON value, but no SeekChat message: see message.faults */
    SEEKCHAT_INCOMPLETE,   /* the input ends inside a JSON value, or holds only white space */
    SEEKCHAT_INVALID,      /* not JSON: see error and error_offset */
} seekchat_status;

/* The keys of a message, in the order in which encode writes them. */
typedef enum {
    SEEKCHAT_KEY_TYPE,
    SEEKCHAT_KEY_SENDER,
    SEEKCHAT_KEY_PAYLOAD,
    SEEKCHAT_KEYS,
} seekchat_key;

typedef enum {
    SEEKCHAT_TYPE_UNKNOWN, /* absent, or a string outside the documented set */
    SEEKCHAT_TYPE_SEEKING,
    SEEKCHAT_TYPE_WATCHING,
    SEEKCHAT_TYPE_REPLY,
} seekchat_type;

typedef enum {
    SEEKCHAT_PAYLOAD_UNKNOWN, /* absent, or a string outside the documented set */
    SEEKCHAT_PAYLOAD_JOIN,
    SEEKCHAT_PAYLOAD_CHECK,
    SEEKCHAT_PAYLOAD_SELF,
    SEEKCHAT_PAYLOAD_STANDALONE,
    SEEKCHAT_PAYLOAD_JOINED,
    SEEKCHAT_PAYLOAD_JOIN_FAILED,
    SEEKCHAT_PAYLOAD_ERROR,
    SEEKCHAT_PAYLOAD_NODES, /* an array of strings, the empty one included */
} seekchat_payload;

/* Why the input is not JSON, or (SEEKCHAT_ERROR_END) not yet. RFC 8259's section in brackets. */
typedef enum {
    SEEKCHAT_ERROR_NONE,
    SEEKCHAT_ERROR_END,            /* the input ends inside the value */
    SEEKCHAT_ERROR_VALUE,          /* a value was expected [3] */
    SEEKCHAT_ERROR_VALUE_OR_CLOSE, /* a value or ] was expected [5] */
    SEEKCHAT_ERROR_KEY,            /* a key in quotes was expected [4] */
    SEEKCHAT_ERROR_KEY_OR_CLOSE,   /* a key in quotes or } was expected [4] */
    SEEKCHAT_ERROR_COLON,          /* a : was expected [4] */
    SEEKCHAT_ERROR_COMMA_OBJECT,   /* a , or } was expected [4] */
    SEEKCHAT_ERROR_COMMA_ARRAY,    /* a , or ] was expected [5] */
    SEEKCHAT_ERROR_LITERAL,        /* true, false or null was begun and not finished [3] */
    SEEKCHAT_ERROR_NUMBER,         /* a digit was expected [6] */
    SEEKCHAT_ERROR_NUMBER_RANGE,   /* a float too large for the decoder (json:decode fails) [6] */
    SEEKCHAT_ERROR_CONTROL,        /* a control character that is not escaped [7] */
    SEEKCHAT_ERROR_ESCAPE,         /* a \ before something that is no escape [7] */
    SEEKCHAT_ERROR_SURROGATE,      /* half a surrogate pair, or a reversed one [8.2] */
    SEEKCHAT_ERROR_UTF8,           /* not UTF-8 [8.1] */
    SEEKCHAT_ERROR_TRAILING,       /* another byte after the value (seekchat_decode_document) */
    SEEKCHAT_ERROR_TOO_LARGE,      /* the input is longer than SEEKCHAT_INPUT_MAX */
} seekchat_error;

/* Why a JSON value is no SeekChat message; bits of message.faults. */
typedef enum {
    SEEKCHAT_FAULT_NOT_OBJECT = 1u << 0,      /* the value is no object */
    SEEKCHAT_FAULT_NO_TYPE = 1u << 1,         /* a key is missing */
    SEEKCHAT_FAULT_NO_SENDER = 1u << 2,       /* */
    SEEKCHAT_FAULT_NO_PAYLOAD = 1u << 3,      /* */
    SEEKCHAT_FAULT_TYPE_KIND = 1u << 4,       /* type is no string */
    SEEKCHAT_FAULT_SENDER_KIND = 1u << 5,     /* sender is no string */
    SEEKCHAT_FAULT_PAYLOAD_KIND = 1u << 6,    /* payload is neither a string nor an array */
    SEEKCHAT_FAULT_NODE_KIND = 1u << 7,       /* payload is an array that holds a non-string */
    SEEKCHAT_FAULT_TYPE_TOO_LONG = 1u << 8,   /* more than SEEKCHAT_ATOM_MAX code points */
    SEEKCHAT_FAULT_SENDER_TOO_LONG = 1u << 9, /* */
    SEEKCHAT_FAULT_PAYLOAD_TOO_LONG = 1u << 10,
    SEEKCHAT_FAULT_NODE_TOO_LONG = 1u << 11,
} seekchat_fault;

/* Number of seekchat_fault bits, and those of them that say a string is too long. */
#define SEEKCHAT_FAULT_BITS 12
#define SEEKCHAT_FAULTS_TOO_LONG                                                                   \
    ((uint32_t)SEEKCHAT_FAULT_TYPE_TOO_LONG | SEEKCHAT_FAULT_SENDER_TOO_LONG |                     \
     SEEKCHAT_FAULT_PAYLOAD_TOO_LONG | SEEKCHAT_FAULT_NODE_TOO_LONG)

/* What the value of a key is. */
typedef enum {
    SEEKCHAT_VALUE_ABSENT,
    SEEKCHAT_VALUE_STRING,
    SEEKCHAT_VALUE_LIST,  /* an array of strings (only payload) */
    SEEKCHAT_VALUE_OTHER, /* anything else, an array that holds a non-string included */
} seekchat_value_kind;

/* Bytes of the input: a key or a string with both its quotes, or any other JSON value whole. */
typedef struct {
    uint32_t offset;      /* from the start of the input that decode was given */
    uint32_t length : 31; /* in bytes */
    uint32_t escaped : 1; /* a string that holds an escape: its text differs from its bytes */
} seekchat_span;

/* A member of the object that decode does not use: an extra key, or one that came before. */
typedef struct {
    seekchat_span key;
    seekchat_span value;
    bool duplicate; /* its key is type, sender or payload for a second time */
    bool string;    /* its value is a string */
} seekchat_member;

/* Members that a message holds without an allocation. */
#define SEEKCHAT_MEMBERS_INLINE 4

/*
 * A decoded message. It points into the decoder that made it and is overwritten by that decoder's
 * next message; its spans point into the input. After SEEKCHAT_OK all of it is set. After
 * SEEKCHAT_NOT_SEEKCHAT it holds what was there. After the others it holds what had been read
 * before the input ended or went wrong; of that, only keys whose kind is not ABSENT are set.
 */
typedef struct {
    uint32_t offset;             /* of the first byte that is not white space */
    uint32_t end;                /* offset behind the value's last byte */
    uint32_t faults;             /* seekchat_fault bits, 0 for SEEKCHAT_OK */
    uint8_t kind[SEEKCHAT_KEYS]; /* seekchat_value_kind of the first occurrence of each key */
    uint8_t type;                /* seekchat_type */
    uint8_t payload;             /* seekchat_payload */
    seekchat_span key[SEEKCHAT_KEYS];
    seekchat_span value[SEEKCHAT_KEYS];
    uint32_t node_count;            /* strings of the payload's array */
    uint32_t member_count;          /* members that are not used */
    const seekchat_span *nodes;     /* node_count of them, in rising order of offset */
    const seekchat_member *members; /* member_count of them, in rising order of offset */
} seekchat_message;

/* How far a number has been read, and whether a float is too large; private to the codec. */
typedef struct {
    int64_t magnitude;      /* power of ten of the first digit that is not 0 */
    int64_t exponent;       /* as written, without its sign */
    uint64_t leading;       /* the first digits that count, as an integer */
    uint16_t compared;      /* digits compared with those of the float limit */
    int8_t order;           /* of these: -1 below the limit's, 0 equal, 1 above */
    uint8_t part;           /* of a number that comes next */
    bool is_float;          /* has a fraction or an exponent */
    bool negative_exponent; /* */
} seekchat_number;

/* State of the scan; private to the codec, kept between calls so that decode can resume. */
typedef struct {
    uint32_t position;     /* of the first byte that is not scanned yet */
    uint32_t token;        /* of the string, number or literal that is being read */
    uint32_t value;        /* of the member's value that is being read */
    uint32_t fault_offset; /* of the first fault */
    uint8_t state;         /* what is expected next */
    uint8_t key;           /* seekchat_key of the member that is being read, or no use of it */
    bool escaped;          /* the string that is being read holds an escape */
    bool is_object;        /* the value is an object */
    bool in_list;          /* inside the payload's array */
    seekchat_span key_span;
    seekchat_number number;
    uint32_t depth;      /* open objects and arrays */
    uint32_t node_room;  /* spans that nodes has room for */
    uint32_t other_room; /* members that others has room for */
    uint32_t outer_room; /* words that outer has room for */
    uint64_t nest;       /* a bit for each open one, set for an object; the lowest is innermost */
    uint64_t *outer;     /* those of the outer ones, 64 a word, outermost first */
    seekchat_span *nodes;
    char *texts;      /* of strings with escapes: see texts.h */
    size_t text_room; /* bytes that texts has room for */
    seekchat_member *others;
    seekchat_member few[SEEKCHAT_MEMBERS_INLINE]; /* what others points to, until there are more */
} seekchat_scan;

/*
 * A decoder: the message, the error, and memory that is used again for the next message. May be
 * moved in memory only while it is cleared. One decoder serves one message at a time.
 */
typedef struct {
    seekchat_message message;
    seekchat_error error;  /* why the last call did not return SEEKCHAT_OK or NOT_SEEKCHAT */
    uint32_t error_offset; /* of the byte at fault, or where the input ended */
    seekchat_scan scan;
} seekchat_decoder;

/* Makes *decoder ready for its first message. Allocates nothing. */
void seekchat_decoder_init(seekchat_decoder *decoder);

/* Frees what *decoder allocated and makes it ready again. */
void seekchat_decoder_clear(seekchat_decoder *decoder);

/*
 * Decodes the message at the start of the input; what lies behind message.end is not looked at.
 * bytes need not be NUL-terminated, and no byte outside [bytes, bytes + length) is read. A number
 * that the input's end cuts counts as finished, as in json:decode/1.
 */
seekchat_status seekchat_decode(seekchat_decoder *decoder, const uint8_t *bytes, size_t length);

/*
 * After SEEKCHAT_INCOMPLETE: goes on where the scan stopped, now that more of the same message is
 * there. bytes is the input from its start; it may have moved, but the bytes that were already
 * scanned must be the same. The result is that of seekchat_decode on the whole, and the time all
 * calls for a message take together is linear in its length.
 */
seekchat_status seekchat_decode_resume(seekchat_decoder *decoder, const uint8_t *bytes,
                                       size_t length);

/*
 * Decodes the input as one document, as Beethoven decodes what one recv returned: white space may
 * follow the value, any other byte makes it SEEKCHAT_INVALID with SEEKCHAT_ERROR_TRAILING.
 */
seekchat_status seekchat_decode_document(seekchat_decoder *decoder, const uint8_t *bytes,
                                         size_t length);

/* Number of bytes of JSON white space (space, tab, LF, CR) at the start of the input. */
size_t seekchat_space(const uint8_t *bytes, size_t length);

/*
 * Writes the text of a string's span, quotes dropped and escapes resolved, to out, which must have
 * room for span.length - 2 bytes. Returns the bytes written; the text may hold NUL bytes and is not
 * terminated.
 */
size_t seekchat_span_text(const uint8_t *bytes, seekchat_span span, char *out);

/*
 * The same without a copy, for the strings that are the values of the three keys and the nodes of
 * the decoder's message: a pointer into bytes if the string holds no escape, else into the decoder,
 * good until its next call. Sets *length, in bytes. Not terminated; may hold NUL bytes.
 */
static inline const char *seekchat_span_peek(const seekchat_decoder *decoder, const uint8_t *bytes,
                                             seekchat_span span, size_t *length)
{
    uint32_t kept_length;
    if (!span.escaped) {
        *length = (size_t)span.length - 2;
        return (const char *)bytes + span.offset + 1;
    }
    memcpy(&kept_length, decoder->scan.texts + span.offset, sizeof kept_length);
    *length = kept_length;
    return decoder->scan.texts + span.offset + sizeof kept_length;
}

/* The documented word for a type, a payload; NULL for _UNKNOWN and SEEKCHAT_PAYLOAD_NODES. */
const char *seekchat_type_name(seekchat_type type);
const char *seekchat_payload_name(seekchat_payload payload);

/* The type or payload that a word (not terminated) names; _UNKNOWN if it names none. */
seekchat_type seekchat_type_from_name(const char *name, size_t length);
seekchat_payload seekchat_payload_from_name(const char *name, size_t length);

/* What is wrong, as a constant sentence part for a person: "expected a key in quotes". */
const char *seekchat_error_text(seekchat_error error);
/* The same for one fault bit: "the key sender is missing". */
const char *seekchat_fault_text(seekchat_fault fault);

/* A text of length bytes; not terminated. */
typedef struct {
    const char *data;
    size_t length;
} seekchat_text;

/*
 * A message to encode. It borrows its texts: they must outlive it. is_list tells whether the
 * payload is the array of nodes or the word.
 */
typedef struct {
    seekchat_text type;
    seekchat_text sender;
    bool is_list;
    seekchat_text word;
    const seekchat_text *nodes;
    size_t node_count;
} seekchat_msg;

/* A text from a NUL-terminated string, which it borrows. */
seekchat_text seekchat_text_of(const char *string);

/* new_msg(sender, type, payload) with a word, and with a list of nodes, as payload. */
seekchat_msg seekchat_new_msg(const char *sender, seekchat_type type, seekchat_payload payload);
seekchat_msg seekchat_new_msg_nodes(const char *sender, seekchat_type type,
                                    const seekchat_text *nodes, size_t node_count);

/*
 * Appends the message to out as OTP's json:encode/1 writes it, keys in the order type, sender,
 * payload. Returns false, and leaves out as it was, if a text is not UTF-8 (json:encode/1 raises
 * an error for it). Texts are written as strings, the words true, false and null too.
 */
bool seekchat_encode(const seekchat_msg *msg, GString *out);

#endif
