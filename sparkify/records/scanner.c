/* Parse plain JSON records into columns, by the rules of Redshift's COPY.
 *
 * A record is plain if every rule for its values is one of those below. At any other record
 * `scan_records` stops, and python_reader.py, the definition of the rules, decides about its bytes
 * alone. So this file may hand over too much, and must never take what Python would not.
 *
 * No memory is allocated here, and nothing is written outside of the buffers that batches.py and
 * native_scanner.py give:
 * - `input` has SLACK bytes behind what is in it, which are set to 0 before each scan. No value has
 *   a 0 in it, so every loop below ends there at the latest; comparisons and words of eight or
 *   sixteen bytes end within SLACK.
 * - a text is never longer than its bytes in the record. A batch ends at `most_bytes` bytes of
 *   records, so a text buffer of that size, that of `input` and SLACK more holds any column.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(_WIN32)
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif
#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

typedef uint8_t byte;

/* These numbers, and the structures, are those of native_scanner.py. */
enum { TEXT, INTEGER, BIGINT, DOUBLE, TIMESTAMP, OBJECT, ARRAY };
enum { NEEDS_BYTES, BATCH_IS_FULL, NOT_PLAIN };
enum { SLACK = 320, MAX_KEY = 254, MAX_DEPTH = 512, LONG_RECORD = 1 << 16, MOST_OPEN = 1 << 16 };

typedef struct {
    byte *valid;     /* a bit a row, Arrow's order; 0 is null */
    void *values;    /* numbers; for texts, where each begins in `text`, and where the last ends */
    char *text;
    int64_t used;    /* bytes in `text` */
    int64_t pending; /* bytes behind them, of the record at hand */
    int64_t filled;  /* the number of the last record that has a value */
} column;

/* A key, or a place in an array, that leads to a column, or to an object or array on the way. */
typedef struct field {
    int32_t kind;
    int32_t column;
    int32_t limit; /* of a text, in bytes */
    int32_t place; /* in the array that it is in */
    int32_t first_child, children; /* in `fields`, those of an array in the order of their places */
    int32_t has_arrays;            /* whether one of the children is an array */
    int32_t key_bytes;
    int64_t seen; /* the number of the last record that had it */
    char key[MAX_KEY + 2];      /* with its quotes; in lower case where case is ignored */
    char spelling[MAX_KEY + 2]; /* as it was spelt last */
} field;

typedef struct {
    field *fields; /* the first is the record itself */
    column *columns;
    int32_t column_count, ignore_case;
    byte *input;
    int64_t at, have; /* the next byte to read, and the number of bytes there are */
    int64_t line, indent, fresh; /* of the line at `at`; fresh: only blanks stood in it so far */
    int64_t commas, commas_line; /* between records of this file, and the line of the first */
    int64_t row, most_rows, bytes, most_bytes; /* of the batch */
    int64_t records;                           /* that were plain, in this file */
    int64_t attempt;                           /* the number of the record at hand */
} scan;

static const double POWERS_OF_TEN[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Every function that reads a value returns where it ends, or 0 where it is not plain. */

static inline int is_digit(byte c) { return (byte)(c - '0') < 10; }

static inline const byte *past_space(const byte *p, int64_t *lines) {
    if (likely(*p > ' ')) return p;
    for (;; p++) {
        if (*p == '\n') ++*lines;
        else if (*p != ' ' && *p != '\t' && *p != '\r') return p;
    }
}

/* The bytes of the character at p, 0 if it is not valid UTF-8. */
static inline int character_bytes(const byte *p) {
    byte c = p[0];
    if (c < 0xC2) return 0;
    if (c < 0xE0) return (p[1] & 0xC0) == 0x80 ? 2 : 0;
    if ((p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return 0;
    if (c < 0xF0) return (c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) ? 0 : 3;
    if ((p[3] & 0xC0) != 0x80 || c > 0xF4) return 0;
    return (c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F) ? 0 : 4;
}

static inline int hex4(const byte *p) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
        int c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

static inline char *put_character(char *to, int code) {
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
        *to++ = (char)(0x80 | (code & 63));
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 63));
        *to++ = (char)(0x80 | (code & 63));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 63));
        *to++ = (char)(0x80 | (code >> 6 & 63));
        *to++ = (char)(0x80 | (code & 63));
    }
    return to;
}

/* Copies a word, and returns how many of its bytes stand before a quote, a backslash, a control
 * character or a byte that is not ASCII. */
#if defined(__SSE2__)
enum { WORD = 16 };
static inline int copy_plain(const byte *from, char *to) {
    __m128i word = _mm_loadu_si128((const __m128i *)from);
    _mm_storeu_si128((__m128i *)to, word);
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(word, _mm_set1_epi8(0x1f)), word);
    __m128i quote = _mm_cmpeq_epi8(word, _mm_set1_epi8('"'));
    __m128i backslash = _mm_cmpeq_epi8(word, _mm_set1_epi8('\\'));
    __m128i stops = _mm_or_si128(_mm_or_si128(quote, backslash), _mm_or_si128(word, control));
    unsigned mask = (unsigned)_mm_movemask_epi8(stops);
    return mask ? __builtin_ctz(mask) : WORD;
}
#elif defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { WORD = 8 };
static inline int copy_plain(const byte *from, char *to) {
    const uint64_t ones = 0x0101010101010101ull, tops = ones << 7;
    uint64_t word;
    memcpy(&word, from, WORD);
    memcpy(to, &word, WORD);
    /* https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord: the lowest bit is right */
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    uint64_t stops = ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) |
                     ((word - ones * 0x20) & ~word) | word;
    stops &= tops;
    return stops ? __builtin_ctzll(stops) >> 3 : WORD;
}
#else
enum { WORD = 1 };
static inline int copy_plain(const byte *from, char *to) {
    *to = (char)*from;
    return *from >= 0x20 && *from < 0x80 && *from != '"' && *from != '\\';
}
#endif

/* A text behind its opening quote; `to` moves behind the copy. */
static const byte *copy_text(const byte *p, char **to) {
    char *out = *to;
    for (;;) {
        int plain = copy_plain(p, out);
        p += plain;
        out += plain;
        if (plain == WORD) continue;
        if (likely(*p == '"')) {
            *to = out;
            return p + 1;
        }
        if (*p == '\\') {
            byte c = p[1];
            p += 2;
            switch (c) {
            case '"': case '\\': case '/': *out++ = (char)c; break;
            case 'n': *out++ = '\n'; break;
            case 't': *out++ = '\t'; break;
            case 'r': *out++ = '\r'; break;
            case 'b': *out++ = '\b'; break;
            case 'f': *out++ = '\f'; break;
            case 'u': {
                int code = hex4(p);
                if (code <= 0) return 0;
                p += 4;
                if (code >= 0xD800 && code < 0xDC00) {
                    if (p[0] != '\\' || p[1] != 'u') return 0;
                    int low = hex4(p + 2);
                    if (low < 0xDC00 || low > 0xDFFF) return 0;
                    p += 6;
                    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                } else if (code >= 0xDC00 && code < 0xE000) {
                    return 0;
                }
                out = put_character(out, code);
                break;
            }
            default: return 0;
            }
        } else {
            int bytes = character_bytes(p);
            if (!bytes) return 0;
            memcpy(out, p, 4);
            p += bytes;
            out += bytes;
        }
    }
}

static const byte *skip_text(const byte *p) {
    for (;;) {
        byte c = *p;
        if (c == '"') return p + 1;
        if (c == '\\') {
            if (p[1] == 'u') {
                if (hex4(p + 2) < 0) return 0;
                p += 6;
            } else if (p[1] && strchr("\"\\/bfnrt", p[1])) {
                p += 2;
            } else {
                return 0;
            }
        } else if (c < 0x20) {
            return 0;
        } else if (c >= 0x80) {
            int bytes = character_bytes(p);
            if (!bytes) return 0;
            p += bytes;
        } else {
            p++;
        }
    }
}

static const byte *skip_number(const byte *p) {
    if (*p == '-') p++;
    const byte *whole = p;
    while (is_digit(*p)) p++;
    if (p == whole || (p - whole > 1 && *whole == '0')) return 0;
    if (*p == '.') {
        const byte *fraction = ++p;
        while (is_digit(*p)) p++;
        if (p == fraction) return 0;
    }
    if (*p == 'e' || *p == 'E') {
        p++;
        if (*p == '+' || *p == '-') p++;
        const byte *exponent = p;
        while (is_digit(*p)) p++;
        if (p == exponent) return 0;
    }
    return p;
}

static const byte *skip_literal(const byte *p) {
    if (!memcmp(p, "null", 4) || !memcmp(p, "true", 4)) return p + 4;
    return memcmp(p, "false", 5) ? 0 : p + 5;
}

/* Any value, at most MAX_DEPTH arrays and objects deep; the record itself is one of them. */
static const byte *skip_value(const byte *p, int depth_before, int64_t *lines) {
    uint64_t objects[MAX_DEPTH / 64] = {0};
    int depth = 0, most = MAX_DEPTH - depth_before;
value:
    switch (*p) {
    case '"':
        p = skip_text(p + 1);
        break;
    case '{':
        if (depth == most) return 0;
        objects[depth >> 6] |= 1ull << (depth & 63);
        depth++;
        p = past_space(p + 1, lines);
        if (*p != '}') goto key;
        p++;
        depth--;
        break;
    case '[':
        if (depth == most) return 0;
        objects[depth >> 6] &= ~(1ull << (depth & 63));
        depth++;
        p = past_space(p + 1, lines);
        if (*p != ']') goto value;
        p++;
        depth--;
        break;
    case 't': case 'f': case 'n':
        p = skip_literal(p);
        break;
    default:
        p = skip_number(p);
    }
    if (!p) return 0;
after:
    if (!depth) return p;
    p = past_space(p, lines);
    int in_object = objects[(depth - 1) >> 6] >> ((depth - 1) & 63) & 1;
    if (*p == (in_object ? '}' : ']')) {
        p++;
        depth--;
        goto after;
    }
    if (*p != ',') return 0;
    p = past_space(p + 1, lines);
    if (!in_object) goto value;
key:
    if (*p != '"' || !(p = skip_text(p + 1))) return 0;
    p = past_space(p, lines);
    if (*p != ':') return 0;
    p = past_space(p + 1, lines);
    goto value;
}

/* A whole number of at most 18 digits, also as 200.0 or 1e3. */
static const byte *whole_number(const byte *p, int64_t *out) {
    int negative = *p == '-', shift = 0;
    if (negative) p++;
    const byte *first = p;
    uint64_t value = 0;
    while (is_digit(*p)) value = value * 10 + (*p++ - '0');
    int64_t digits = p - first;
    if (digits == 0 || digits > 18 || (digits > 1 && *first == '0')) return 0;
    if (unlikely(*p == '.')) {
        const byte *fraction = ++p;
        while (is_digit(*p) && p - fraction <= 18) value = value * 10 + (*p++ - '0');
        shift = -(int)(p - fraction);
        if (!shift || digits - shift > 18) return 0;
    }
    if (unlikely(*p == 'e' || *p == 'E')) {
        int sign = 1, exponent = 0;
        p++;
        if (*p == '+' || *p == '-') sign = *p++ == '-' ? -1 : 1;
        first = p;
        while (is_digit(*p) && p - first < 3) exponent = exponent * 10 + (*p++ - '0');
        if (p == first || is_digit(*p)) return 0;
        shift += sign * exponent;
    }
    for (; shift < 0 && value; shift++) {
        if (value % 10) return 0;
        value /= 10;
    }
    for (; shift > 0 && value; shift--) {
        if (value > INT64_MAX / 10) return 0;
        value *= 10;
    }
    *out = negative ? -(int64_t)value : (int64_t)value;
    return p;
}

static const byte *real_number(const byte *p, double *out) {
    const byte *start = p;
    int negative = *p == '-';
    if (negative) p++;
    const byte *first = p;
    uint64_t value = 0;
    while (is_digit(*p)) value = value * 10 + (*p++ - '0');
    int64_t digits = p - first, scale = 0;
    if (digits == 0 || (digits > 1 && *first == '0')) return 0;
    if (*p == '.') {
        const byte *fraction = ++p;
        while (is_digit(*p)) value = value * 10 + (*p++ - '0');
        scale = p - fraction;
        if (!scale) return 0;
    }
    if (likely(digits + scale <= 15 && *p != 'e' && *p != 'E')) {
        /* Both are exact, so their quotient is the nearest: Clinger, PLDI 1990. */
        double magnitude = (double)value / POWERS_OF_TEN[scale];
        *out = negative ? -magnitude : magnitude;
        return p;
    }
    char text[128], *end;
    p = skip_number(start);
    if (!p || p - start >= (int64_t)sizeof text) return 0;
    memcpy(text, start, (size_t)(p - start));
    text[p - start] = 0;
    double number = strtod(text, &end);
    /* Where the locale has a decimal comma, strtod stops at the point: then Python reads it. */
    if (end != text + (p - start) || number - number != 0) return 0;
    *out = number;
    return p;
}

static const byte *past_blanks(const byte *p) {
    while (*p == ' ') p++;
    return p;
}

static inline int store_whole(scan *s, const field *f, int64_t value) {
    void *values = s->columns[f->column].values;
    if (f->kind == INTEGER) {
        if (value < INT32_MIN || value > INT32_MAX) return 0;
        ((int32_t *)values)[s->row] = (int32_t)value;
    } else if (f->kind == BIGINT) {
        ((int64_t *)values)[s->row] = value;
    } else {
        /* Milliseconds, of the years 1 to 9999; Arrow has microseconds. */
        if (value < -62135596800000 || value > 253402300799999) return 0;
        ((int64_t *)values)[s->row] = value * 1000;
    }
    return 1;
}

/* A number of a column, also in quotes; a text of blanks is null. */
static inline const byte *read_number(scan *s, const field *f, const byte *p) {
    int quoted = *p == '"';
    int64_t whole = 0;
    double real = 0;
    if (unlikely(quoted)) {
        p = past_blanks(p + 1);
        if (*p == '"') return p + 1;
        if (f->kind != DOUBLE) {
            /* Python takes digits only: "200.0" is no whole number. */
            const byte *digits = p + (*p == '-');
            while (is_digit(*digits)) digits++;
            if (*digits != ' ' && *digits != '"') return 0;
        }
    }
    p = f->kind == DOUBLE ? real_number(p, &real) : whole_number(p, &whole);
    if (unlikely(!p)) return 0;
    if (unlikely(quoted)) {
        p = past_blanks(p);
        if (*p++ != '"') return 0;
    }
    if (f->kind == DOUBLE) ((double *)s->columns[f->column].values)[s->row] = real;
    else if (unlikely(!store_whole(s, f, whole))) return 0;
    s->columns[f->column].filled = s->attempt;
    return p;
}

/* A text of a column; numbers, true and false keep their spelling. */
static inline const byte *read_text(scan *s, const field *f, const byte *p) {
    column *c = &s->columns[f->column];
    char *start = c->text + c->used, *end = start;
    if (likely(*p == '"')) {
        p = copy_text(p + 1, &end);
        if (unlikely(!p)) return 0;
    } else {
        const byte *first = p;
        p = *p == 't' || *p == 'f' ? skip_literal(p) : skip_number(p);
        if (!p) return 0;
        memcpy(start, first, (size_t)(p - first));
        end = start + (p - first);
    }
    if (unlikely(end - start > f->limit)) return 0;
    c->pending = end - start;
    c->filled = s->attempt;
    return p;
}

static const byte *read_object(scan *s, const field *parent, const byte *p, int depth, int64_t *lines);
static const byte *read_array(scan *s, const field *parent, const byte *p, int depth, int64_t *lines);

static inline const byte *read_value(scan *s, field *f, const byte *p, int depth, int64_t *lines) {
    if (unlikely(f->seen == s->attempt)) return 0;
    f->seen = s->attempt;
    if (*p == 'n' && f->kind != ARRAY) return memcmp(p, "null", 4) ? 0 : p + 4;
    switch (f->kind) {
    case TEXT: return read_text(s, f, p);
    case OBJECT: return *p == '{' ? read_object(s, f, p + 1, depth, lines) : 0;
    case ARRAY: return *p == '[' ? read_array(s, f, p + 1, depth, lines) : 0;
    default: return read_number(s, f, p);
    }
}

static inline int same_but_for_case(const byte *p, const char *key, int32_t bytes) {
    for (int32_t i = 0; i < bytes; i++) {
        byte c = p[i];
        if ((char)(c >= 'A' && c <= 'Z' ? c + 32 : c) != key[i]) return 0;
    }
    return 1;
}

/* The child with the key at p, 0 for none. */
static field *find_field(scan *s, const field *parent, const byte *p) {
    field *end = s->fields + parent->first_child + parent->children;
    for (field *f = s->fields + parent->first_child; f < end; f++) {
        if (!memcmp(p, f->spelling, (size_t)f->key_bytes)) return f;
    }
    if (!s->ignore_case) return 0;
    for (field *f = s->fields + parent->first_child; f < end; f++) {
        if (same_but_for_case(p, f->key, f->key_bytes)) {
            memcpy(f->spelling, p, (size_t)f->key_bytes);
            return f;
        }
    }
    return 0;
}

/* A key that is no field: it may be spelt in a way that only Python sees to be one. */
static const byte *skip_key(const scan *s, const byte *p) {
    if (*p != '"') return 0;
    for (p++; *p != '"';) {
        if (*p == '\\' || *p < 0x20) return 0;
        if (*p < 0x80) {
            p++;
            continue;
        }
        int bytes = s->ignore_case ? 0 : character_bytes(p);
        if (!bytes) return 0;
        p += bytes;
    }
    return p + 1;
}

static const byte *read_object(scan *s, const field *parent, const byte *p, int depth, int64_t *lines) {
    field *expected = s->fields + parent->first_child, *end = expected + parent->children;
    p = past_space(p, lines);
    if (*p == '}') goto closed;
    for (;;) {
        field *f = expected;
        if (unlikely(f >= end || memcmp(p, f->spelling, (size_t)f->key_bytes)))
            f = find_field(s, parent, p);
        p = f ? p + f->key_bytes : skip_key(s, p);
        if (unlikely(!p)) return 0;
        p = past_space(p, lines);
        if (*p != ':') return 0;
        p = past_space(p + 1, lines);
        if (f) {
            expected = f + 1;
            p = read_value(s, f, p, depth + 1, lines);
        } else {
            p = skip_value(p, depth, lines);
        }
        if (unlikely(!p)) return 0;
        p = past_space(p, lines);
        if (*p == '}') goto closed;
        if (*p != ',') return 0;
        p = past_space(p + 1, lines);
    }
closed:
    /* A path through an array that is not there is an error, not a null. */
    if (unlikely(parent->has_arrays)) {
        for (field *f = s->fields + parent->first_child; f < end; f++)
            if (f->kind == ARRAY && f->seen != s->attempt) return 0;
    }
    return p + 1;
}

static const byte *read_array(scan *s, const field *parent, const byte *p, int depth, int64_t *lines) {
    field *f = s->fields + parent->first_child, *end = f + parent->children;
    p = past_space(p, lines);
    if (*p == ']') return 0; /* there is a path to one of its places */
    for (int64_t place = 0;; place++) {
        if (f < end && f->place == place) p = read_value(s, f++, p, depth + 1, lines);
        else p = skip_value(p, depth, lines);
        if (!p) return 0;
        p = past_space(p, lines);
        if (*p == ']') return f == end ? p + 1 : 0;
        if (*p != ',') return 0;
        p = past_space(p + 1, lines);
    }
}

/* The record becomes a row. */
static void keep_row(scan *s) {
    int64_t row = s->row++;
    for (int32_t i = 0; i < s->column_count; i++) {
        column *c = &s->columns[i];
        int filled = c->filled == s->attempt;
        c->valid[row >> 3] |= (byte)(filled << (row & 7));
        if (c->text) {
            if (filled) c->used += c->pending;
            ((int32_t *)c->values)[row + 1] = (int32_t)c->used;
        }
    }
}

/* Whether a record may end before p: 1 yes, 0 no, -1 not known yet. The rule is framing.py's. */
static inline int may_end(const byte *p, const byte *end, int is_last) {
    const byte *start = p;
    while (*p == ' ' || *p == '\t' || *p == '\r') p++;
    if (*p == ',') {
        while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n' || *p == ',') p++;
    }
    if (unlikely(p - start >= LONG_RECORD)) return 1;
    if (p >= end) return is_last ? 1 : -1;
    return *p == '\n' || *p == '{' || *p == '[';
}

/* The indentation of the line that p is in, which begins behind `start`. */
static int64_t indentation(const byte *start, const byte *p) {
    int64_t indent = 0;
    while (p > start && p[-1] != '\n') p--;
    for (; *p == ' ' || *p == '\t' || *p == '\r'; p++) indent += *p != '\r';
    return indent;
}

/* Whether an opening bracket or the end follows p's commas and blanks: 1 yes, 0 no, -1 not known
 * yet; `until` is where they end. */
static int only_commas(const byte *p, const byte *end, int is_last, const byte **until) {
    while (*p == ',' || *p == ' ' || *p == '\t' || *p == '\r' || *p == '\n') p++;
    *until = p;
    if (p >= end) return is_last ? 1 : -1;
    return *p == '{' || *p == '[';
}

/* Put bytes of the file behind those that are not read yet, then read records from `at` on, until
 * it NEEDS_BYTES, its BATCH_IS_FULL, or the record at `at` is NOT_PLAIN. `is_last`: none follow. */
EXPORTED int32_t scan_records(scan *s, const byte *more, int64_t bytes, int32_t is_last) {
    if (bytes) {
        int64_t left = s->have - s->at;
        memmove(s->input, s->input + s->at, (size_t)left);
        memcpy(s->input + left, more, (size_t)bytes);
        s->at = 0;
        s->have = left + bytes;
    }
    const byte *p = s->input + s->at, *end = s->input + s->have, *commas_end = 0;
    int32_t outcome = NEEDS_BYTES;
    byte opening = s->fields->kind == OBJECT ? '{' : '[';
    memset(s->input + s->have, 0, SLACK);
    for (;;) {
        for (;; p++) {
            if (*p == '\n') {
                s->line++;
                s->indent = 0;
                s->fresh = 1;
            } else if (*p == ' ' || *p == '\t') {
                s->indent += s->fresh;
            } else if (*p != '\r') {
                break;
            }
        }
        if (p >= end) break;
        if (unlikely(s->row == s->most_rows || s->bytes >= s->most_bytes)) {
            outcome = BATCH_IS_FULL;
            break;
        }
        if (likely(*p == opening)) {
            int64_t lines = 0;
            s->attempt++;
            const byte *q = opening == '{' ? read_object(s, s->fields, p + 1, 1, &lines)
                                           : read_array(s, s->fields, p + 1, 1, &lines);
            if (likely(q && q <= end)) {
                int ended = *q == '\n' ? 1 : may_end(q, end, is_last);
                if (likely(ended == 1)) {
                    keep_row(s);
                    s->records++;
                    s->bytes += q - p;
                    if (lines) s->indent = indentation(p, q);
                    s->line += lines;
                    s->fresh = 0;
                    p = q;
                    continue;
                }
            }
        } else if (*p == ',') {
            int passed = p < commas_end ? 1 : only_commas(p, end, is_last, &commas_end);
            if (passed == 1) {
                if (!s->commas++) s->commas_line = s->line;
                s->fresh = 0;
                p++;
                continue;
            }
            if (passed < 0 && end - p < LONG_RECORD) break;
        }
        /* Most records that are not whole yet are the last line of the bytes at hand. */
        if (!is_last && end - p < LONG_RECORD && !memchr(p, '\n', (size_t)(end - p))) break;
        outcome = NOT_PLAIN;
        break;
    }
    s->at = p - s->input;
    return outcome;
}

/* What is known of a record that is not JSON: framing.py has the rules, and says what the words mean. */
enum { BEFORE_VALUE, BEFORE_KEY, BEFORE_SIGN };

typedef struct {
    int64_t indent, column; /* column: -1 behind anything but blanks */
    int64_t open_count, objects, deeper;
    int32_t before, is_begun, is_in_text, is_garbage, is_commas;
    byte open[MOST_OPEN];
} frame;

EXPORTED void begin_frame(frame *f, byte first, int64_t indent) {
    f->indent = indent;
    f->column = -1;
    f->open_count = f->objects = f->deeper = 0;
    f->before = BEFORE_VALUE;
    f->is_begun = f->is_in_text = 0;
    f->is_garbage = first != '{' && first != '[';
    f->is_commas = first == ',';
}

static int ends_before(const frame *f, byte bracket) {
    if (!f->is_begun) return 0;
    if (f->is_garbage && f->is_commas) return 1;
    int opens_line = f->column >= 0 && f->column <= f->indent;
    return opens_line && (f->before == BEFORE_SIGN || (f->before == BEFORE_KEY && bracket == '{'));
}

static int closes_all(const frame *f, byte sign) {
    if (f->is_garbage || f->deeper) return 0;
    if (sign == '}') return f->objects == 1 && f->open[0] == '{';
    return sign == ']' && f->open_count == 1 && f->open[0] == '[';
}

static void close_bracket(frame *f, byte bracket) {
    if (f->deeper) {
        f->deeper--;
    } else if (bracket == ']') {
        if (f->open_count && f->open[f->open_count - 1] == '[') f->open_count--;
    } else if (f->objects) {
        while (f->open[--f->open_count] != '{') {}
        f->objects--;
    }
}

static void take_sign(frame *f, byte sign) {
    int is_open = !f->is_garbage && f->open_count;
    f->before = BEFORE_SIGN;
    if (sign == ':') {
        f->before = BEFORE_VALUE;
    } else if (sign == ',') {
        f->before = is_open && f->open[f->open_count - 1] == '{' ? BEFORE_KEY : BEFORE_VALUE;
    } else if (sign == '{' || sign == '[') {
        f->before = f->is_garbage || sign == '[' ? BEFORE_VALUE : BEFORE_KEY;
        if (f->is_garbage) return;
        if (f->open_count == MOST_OPEN) {
            f->deeper++;
        } else {
            f->open[f->open_count++] = sign;
            f->objects += sign == '{';
        }
    } else if ((sign == '}' || sign == ']') && !f->is_garbage) {
        close_bracket(f, sign);
    }
}

/* The end of the text that p is in, or where more of it must follow. */
static const byte *past_text(frame *f, const byte *p, const byte *end) {
    while (p < end && *p != '"' && *p != '\n') {
        if (*p == '\\') {
            if (end - p < 2) return p;
            if (p[1] == '\n') {
                p++;
                break;
            }
            p++;
        }
        p++;
    }
    if (p == end) return p;
    f->is_in_text = 0;
    return p + (*p == '"');
}

/* Return where the record ends in the bytes, which go on where it was asked before, and set `ended`;
 * else return where to go on once there are more. A 0 stands behind them. */
EXPORTED int64_t frame_record(frame *f, const byte *bytes, int64_t have, int32_t is_last, int32_t *ended) {
    const byte *p = bytes, *end = bytes + have;
    *ended = 1;
    while (p < end) {
        byte sign = *p;
        if (f->is_in_text) {
            p = past_text(f, p, end);
            if (f->is_in_text) break;
            continue;
        }
        if ((sign == '{' || sign == '[') && ends_before(f, sign)) return p - bytes;
        if (closes_all(f, sign)) {
            int may = may_end(p + 1, end, is_last);
            if (may > 0) return p + 1 - bytes;
            if (may < 0) break;
            f->is_garbage = 1;
        }
        if (sign == '\n') {
            f->column = 0;
        } else if (sign == ' ' || sign == '\t' || sign == '\r') {
            f->column += f->column >= 0 && sign != '\r';
        } else {
            f->column = -1;
            f->is_begun = 1;
            f->is_commas &= sign == ',';
            f->is_in_text = sign == '"';
            take_sign(f, sign);
        }
        p++;
    }
    *ended = is_last;
    return is_last ? have : p - bytes;
}

static const int64_t PRIME = 2147483647, FACTOR = 1103515245;

/* MD5, as https://www.rfc-editor.org/rfc/rfc1321 has it: what every database can take of a text. */
typedef struct {
    uint32_t state[4];
    uint64_t size;
    byte block[64];
} md5;

static const uint32_t MD5_SINES[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};
static const byte MD5_SHIFTS[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static void md5_begin(md5 *m) {
    static const uint32_t first[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    memcpy(m->state, first, sizeof first);
    m->size = 0;
}

static void md5_block(md5 *m) {
    uint32_t words[16], a = m->state[0], b = m->state[1], c = m->state[2], d = m->state[3];
    for (int i = 0; i < 16; i++) {
        const byte *p = m->block + 4 * i;
        words[i] = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    }
    for (int i = 0; i < 64; i++) {
        int round = i >> 4, word, shift = MD5_SHIFTS[round][i & 3];
        uint32_t mixed;
        if (round == 0) mixed = (b & c) | (~b & d), word = i;
        else if (round == 1) mixed = (d & b) | (~d & c), word = (5 * i + 1) & 15;
        else if (round == 2) mixed = b ^ c ^ d, word = (3 * i + 5) & 15;
        else mixed = c ^ (b | ~d), word = (7 * i) & 15;
        mixed += a + MD5_SINES[i] + words[word];
        a = d;
        d = c;
        c = b;
        b += mixed << shift | mixed >> (32 - shift);
    }
    m->state[0] += a;
    m->state[1] += b;
    m->state[2] += c;
    m->state[3] += d;
}

static void md5_add(md5 *m, const char *bytes, int64_t count) {
    while (count > 0) {
        int64_t used = (int64_t)(m->size & 63), some = 64 - used < count ? 64 - used : count;
        memcpy(m->block + used, bytes, (size_t)some);
        m->size += (uint64_t)some;
        bytes += some;
        count -= some;
        if (!(m->size & 63)) md5_block(m);
    }
}

/* The first sixteen bits of the digest, as they are read in hexadecimal. */
static uint32_t md5_end(md5 *m) {
    uint64_t bits = m->size * 8;
    char length[8];
    md5_add(m, "\x80", 1);
    while ((m->size & 63) != 56) md5_add(m, "", 1);
    for (int i = 0; i < 8; i++) length[i] = (char)(bits >> 8 * i);
    md5_add(m, length, 8);
    return (m->state[0] & 0xff) << 8 | (m->state[0] >> 8 & 0xff);
}

static int is_null(const column *c, int64_t row) { return !(c->valid[row >> 3] >> (row & 7) & 1); }

/* What a checksum takes of a number: itself, of a timestamp its milliseconds; -1 for null. */
static int64_t checksum_number(const column *c, int32_t kind, int64_t row) {
    if (is_null(c, row)) return -1;
    if (kind == INTEGER) return ((const int32_t *)c->values)[row];
    int64_t value = ((const int64_t *)c->values)[row];
    return kind == TIMESTAMP ? value / 1000 : value;
}

static void checksum_text(md5 *m, const column *c, int64_t row) {
    const int32_t *starts = c->values;
    if (is_null(c, row)) {
        md5_add(m, "-", 1);
        return;
    }
    md5_add(m, "=", 1);
    md5_add(m, c->text + starts[row], starts[row + 1] - starts[row]);
}

static inline int64_t folded_with(int64_t folded, int64_t value) {
    return (folded * FACTOR + value % PRIME) % PRIME;
}

/* The checksum of rows over some of their columns; checksum.py says what it is. */
EXPORTED int64_t checksum_rows(const column *columns, const int32_t *chosen, const int32_t *kinds,
                               int32_t count, int64_t rows) {
    int64_t sum = 0;
    for (int64_t row = 0; row < rows; row++) {
        int64_t folded = 0;
        md5 texts;
        md5_begin(&texts);
        for (int32_t i = 0; i < count; i++) {
            const column *c = &columns[chosen[i]];
            if (kinds[i] == TEXT) checksum_text(&texts, c, row);
            else folded = folded_with(folded, checksum_number(c, kinds[i], row));
        }
        if (texts.size) {
            uint32_t digits = md5_end(&texts);
            for (int shift = 12; shift >= 0; shift -= 4)
                folded = folded_with(folded, "0123456789abcdef"[digits >> shift & 15]);
        }
        sum += folded * folded % PRIME;
    }
    return sum;
}

/* The digest of this file, by which native.py sees that the library was built from it. */
EXPORTED const char *source_digest(void) { return SOURCE_DIGEST; }
