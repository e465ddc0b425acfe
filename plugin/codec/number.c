/* number.c
 * Reads a number byte by byte, so that it can be resumed anywhere, and tells whether it fits.
 * May include: the C library and seekchat.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "number.h"

/* What comes next; a number is whole in those marked so. */
enum {
    PART_AFTER_MINUS,
    PART_AFTER_ZERO, /* whole */
    PART_INTEGER,    /* whole */
    PART_AFTER_POINT,
    PART_FRACTION, /* whole */
    PART_AFTER_E,
    PART_AFTER_SIGN,
    PART_EXPONENT, /* whole */
};

/* 2^1024 - 2^970, the least number that rounds to no finite double: FLOAT_DIGITS digits. */
static const char float_limit[] =
    "1797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775"
    "8720709633028641669288791094655554785194040263065748867150582068190890200070838367627385484581"
    "7711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699"
    "508093042880177904174497792";
#define FLOAT_DIGITS 309

/* 2^4194240, the least integer that OTP refuses, has this many digits and begins with these. */
#define INTEGER_DIGITS 1262593
#define INTEGER_LEADING 1119473188105337858u
#define LEADING_DIGITS 19

/* Beyond the magnitude of any mantissa that fits an input: a larger one makes no difference. */
#define EXPONENT_MAX ((int64_t)1 << 40)

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Takes a digit of the mantissa, zeros in front of the first other digit excepted. */
static void take_significant(seekchat_number *number, uint8_t digit)
{
    if (number->compared < LEADING_DIGITS) {
        number->leading = number->leading * 10 + (digit - '0');
    }
    if (number->compared < FLOAT_DIGITS) {
        uint8_t limit = (uint8_t)float_limit[number->compared++];
        if (number->order == 0 && digit != limit) {
            number->order = digit < limit ? -1 : 1;
        }
    }
}

static void take_integer_digit(seekchat_number *number, uint8_t digit)
{
    number->magnitude++;
    take_significant(number, digit);
}

static void take_fraction_digit(seekchat_number *number, uint8_t digit)
{
    if (number->compared > 0 || digit != '0') {
        take_significant(number, digit);
    } else {
        number->magnitude--;
    }
}

static void take_exponent_digit(seekchat_number *number, uint8_t digit)
{
    if (number->exponent < EXPONENT_MAX) {
        number->exponent = number->exponent * 10 + (digit - '0');
    }
}

void number_begin(seekchat_number *number, uint8_t first)
{
    *number = (seekchat_number){.magnitude = -1};
    if (first == '-') {
        number->part = PART_AFTER_MINUS;
    } else if (first == '0') {
        number->part = PART_AFTER_ZERO;
    } else {
        number->part = PART_INTEGER;
        take_integer_digit(number, first);
    }
}

/* Takes the byte if it continues the integer part. */
static bool read_in_integer(seekchat_number *number, uint8_t byte)
{
    if (is_digit(byte) && number->part != PART_AFTER_ZERO) {
        if (number->part == PART_AFTER_MINUS && byte == '0') {
            number->part = PART_AFTER_ZERO;
        } else {
            number->part = PART_INTEGER;
            take_integer_digit(number, byte);
        }
        return true;
    }
    if (number->part == PART_AFTER_MINUS || (byte != '.' && byte != 'e' && byte != 'E')) {
        return false;
    }
    number->is_float = true;
    number->part = byte == '.' ? PART_AFTER_POINT : PART_AFTER_E;
    return true;
}

/* Takes the byte if it continues the fraction. */
static bool read_in_fraction(seekchat_number *number, uint8_t byte)
{
    if (is_digit(byte)) {
        number->part = PART_FRACTION;
        take_fraction_digit(number, byte);
        return true;
    }
    if (number->part == PART_FRACTION && (byte == 'e' || byte == 'E')) {
        number->part = PART_AFTER_E;
        return true;
    }
    return false;
}

/* Takes the byte if it continues the exponent. */
static bool read_in_exponent(seekchat_number *number, uint8_t byte)
{
    if (is_digit(byte)) {
        number->part = PART_EXPONENT;
        take_exponent_digit(number, byte);
        return true;
    }
    if (number->part == PART_AFTER_E && (byte == '+' || byte == '-')) {
        number->part = PART_AFTER_SIGN;
        number->negative_exponent = byte == '-';
        return true;
    }
    return false;
}

static bool read_byte(seekchat_number *number, uint8_t byte)
{
    if (number->part <= PART_INTEGER) {
        return read_in_integer(number, byte);
    }
    if (number->part <= PART_FRACTION) {
        return read_in_fraction(number, byte);
    }
    return read_in_exponent(number, byte);
}

const uint8_t *number_read(seekchat_number *number, const uint8_t *at, const uint8_t *end)
{
    while (at < end && read_byte(number, *at)) {
        at++;
    }
    return at;
}

bool number_is_whole(const seekchat_number *number)
{
    return number->part == PART_AFTER_ZERO || number->part == PART_INTEGER ||
           number->part == PART_FRACTION || number->part == PART_EXPONENT;
}

static bool integer_fits(const seekchat_number *number)
{
    int64_t digits = number->magnitude + 1;
    return digits < INTEGER_DIGITS ||
           (digits == INTEGER_DIGITS && number->leading < INTEGER_LEADING);
}

static bool float_fits(const seekchat_number *number)
{
    int64_t exponent = number->negative_exponent ? -number->exponent : number->exponent;
    int64_t power = number->magnitude + exponent;
    if (number->compared == 0) {
        return true; /* zero */
    }
    if (power != FLOAT_DIGITS - 1) {
        return power < FLOAT_DIGITS - 1;
    }
    return number->order < 0 || (number->order == 0 && number->compared < FLOAT_DIGITS);
}

bool number_fits(const seekchat_number *number)
{
    return number->is_float ? float_fits(number) : integer_fits(number);
}
