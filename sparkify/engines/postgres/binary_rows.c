/* Write the rows of a batch as PostgreSQL's COPY takes them in binary.
 *
 * https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format": of a row the number of
 * its fields, and of a field the number of its bytes and these; all numbers begin with the most
 * significant byte. A timestamp is the microseconds since the year 2000.
 */
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

/* As in records/scanner.c, whose columns these are. */
enum { TEXT, INTEGER, BIGINT, DOUBLE, TIMESTAMP };
typedef struct {
    const uint8_t *valid;
    const void *values;
    const char *text;
    int64_t used, pending, filled;
} column;

static const int64_t YEAR_2000 = 946684800000000;

static inline uint8_t *put(uint8_t *to, uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) *to++ = (uint8_t)(value >> (8 * i));
    return to;
}

static uint8_t *put_field(uint8_t *to, const column *c, int32_t kind, int64_t row) {
    if (!(c->valid[row >> 3] >> (row & 7) & 1)) return put(to, UINT32_MAX, 4);
    if (kind == TEXT) {
        int32_t start = ((const int32_t *)c->values)[row];
        int32_t bytes = ((const int32_t *)c->values)[row + 1] - start;
        to = put(to, (uint32_t)bytes, 4);
        memcpy(to, c->text + start, (size_t)bytes);
        return to + bytes;
    }
    if (kind == INTEGER) return put(put(to, 4, 4), (uint32_t)((const int32_t *)c->values)[row], 4);
    uint64_t value;
    memcpy(&value, (const char *)c->values + 8 * row, 8);
    if (kind == TIMESTAMP) value -= (uint64_t)YEAR_2000;
    return put(put(to, 8, 4), value, 8);
}

/* The most bytes that a row takes. */
static int64_t most_bytes(const column *columns, const int32_t *kinds, int32_t count, int64_t row) {
    int64_t bytes = 2 + 12 * (int64_t)count;
    for (int32_t i = 0; i < count; i++) {
        const int32_t *starts = columns[i].values;
        if (kinds[i] == TEXT) bytes += starts[row + 1] - starts[row];
    }
    return bytes;
}

/* Write rows from `*row` on, as long as there is room; return the bytes, and the next row. */
EXPORTED int64_t write_rows(const column *columns, const int32_t *kinds, int32_t count,
                            int64_t *row, int64_t rows, uint8_t *out, int64_t room) {
    uint8_t *to = out;
    for (; *row < rows; ++*row) {
        if (most_bytes(columns, kinds, count, *row) > room - (to - out)) break;
        to = put(to, (uint16_t)count, 2);
        for (int32_t i = 0; i < count; i++) to = put_field(to, &columns[i], kinds[i], *row);
    }
    return to - out;
}

/* The digest of this file, by which records/native.py sees that the library was built from it. */
EXPORTED const char *source_digest(void) { return SOURCE_DIGEST; }
