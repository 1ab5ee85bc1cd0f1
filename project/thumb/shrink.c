//go:build cgo && !purejpeg

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shrink.h"

// Other processors take package embed's filter. mingw does not align the stack
// for 32-byte vectors (GCC bug 54412).
#if defined(__x86_64__) && !defined(_WIN32)

#include <immintrin.h>

#define PRECISION 22
#define HALF (1 << (PRECISION - 1))
#define AVX2 __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) AVX2

INLINE __m128i load8(const uint8_t *p) { return _mm_loadl_epi64((const __m128i *)p); }
INLINE __m256i widen8(const uint8_t *p) { return _mm256_cvtepu8_epi32(load8(p)); }

// turn makes columns of the rows of 8 x 8 bytes; out gets two in each vector.
INLINE void turn(__m128i out[4], const uint8_t *const row[8], size_t at) {
	__m128i a = _mm_unpacklo_epi8(load8(row[0] + at), load8(row[1] + at));
	__m128i b = _mm_unpacklo_epi8(load8(row[2] + at), load8(row[3] + at));
	__m128i c = _mm_unpacklo_epi8(load8(row[4] + at), load8(row[5] + at));
	__m128i d = _mm_unpacklo_epi8(load8(row[6] + at), load8(row[7] + at));
	__m128i ab = _mm_unpacklo_epi16(a, b), cd = _mm_unpacklo_epi16(c, d);
	out[0] = _mm_unpacklo_epi32(ab, cd);
	out[1] = _mm_unpackhi_epi32(ab, cd);
	ab = _mm_unpackhi_epi16(a, b), cd = _mm_unpackhi_epi16(c, d);
	out[2] = _mm_unpacklo_epi32(ab, cd);
	out[3] = _mm_unpackhi_epi32(ab, cd);
}

// to_columns writes 8 rows of n bytes column by column, and the last columns up
// to a multiple of 8.
AVX2 static void to_columns(uint8_t *dst, const uint8_t *const row[8], size_t n) {
	__m128i v[4];
	size_t x = 0;
	for (; x + 8 <= n; x += 8, dst += 64) {
		turn(v, row, x);
		for (int i = 0; i < 4; i++)
			_mm_storeu_si128((__m128i *)(dst + 16 * i), v[i]);
	}
	if (x < n) {
		uint8_t rest[8][8] = {{0}};
		const uint8_t *part[8];
		for (int i = 0; i < 8; i++)
			part[i] = memcpy(rest[i], row[i] + x, n - x);
		turn(v, part, 0);
		for (int i = 0; i < 4; i++)
			_mm_storeu_si128((__m128i *)(dst + 16 * i), v[i]);
	}
}

// to_rows is the way back, of columns up to a multiple of 8.
AVX2 static void to_rows(uint8_t *const row[8], const uint8_t *src, size_t n) {
	for (size_t x = 0; x < n; x += 8, src += 64) {
		const uint8_t *column[8];
		for (int i = 0; i < 8; i++)
			column[i] = src + 8 * i;
		__m128i v[4];
		turn(v, column, 0);
		for (int i = 0; i < 4; i++) {
			_mm_storel_epi64((__m128i *)(row[2 * i] + x), v[i]);
			_mm_storel_epi64((__m128i *)(row[2 * i + 1] + x), _mm_unpackhi_epi64(v[i], v[i]));
		}
	}
}

// across filters along x, 8 rows at once, a column of 8 bytes beside the next.
// It writes 8 bytes too many.
INLINE void across_of(uint8_t *dst, const uint8_t *src, const struct taps *t, int most) {
	const __m256i half = _mm256_set1_epi32(HALF), order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
	const int32_t *weight = t->weight;
	for (int x = 0; x < t->n; x++, weight += most, dst += 24) {
		const uint8_t *in = src + 24 * (size_t)t->first[x];
		__m256i r = half, g = half, b = half;
		for (int k = 0; k < most; k++, in += 24) {
			__m256i w = _mm256_set1_epi32(weight[k]);
			r = _mm256_add_epi32(r, _mm256_mullo_epi32(widen8(in), w));
			g = _mm256_add_epi32(g, _mm256_mullo_epi32(widen8(in + 8), w));
			b = _mm256_add_epi32(b, _mm256_mullo_epi32(widen8(in + 16), w));
		}
		r = _mm256_srai_epi32(r, PRECISION);
		g = _mm256_srai_epi32(g, PRECISION);
		b = _mm256_srai_epi32(b, PRECISION);
		// The packs work on halves, so each colour comes in two.
		__m256i v = _mm256_packus_epi16(_mm256_packus_epi32(r, g), _mm256_packus_epi32(b, b));
		_mm256_storeu_si256((__m256i *)dst, _mm256_permutevar8x32_epi32(v, order));
	}
}

// A loop of known length is unrolled; these are the ones that photos take.
AVX2 static void along_x(uint8_t *dst, const uint8_t *src, const struct taps *t) {
	switch (t->most) {
	case 2:
		across_of(dst, src, t, 2);
		break;
	case 3:
		across_of(dst, src, t, 3);
		break;
	case 4:
		across_of(dst, src, t, 4);
		break;
	default:
		across_of(dst, src, t, t->most);
	}
}

// along_y filters n rows of size bytes, rounded up to 16.
AVX2 static void along_y(uint8_t *dst, uint8_t *const *row, const int32_t *weight, int n, int size) {
	const __m256i half = _mm256_set1_epi32(HALF);
	for (int x = 0; x < size; x += 16) {
		__m256i a = half, b = half;
		for (int k = 0; k < n; k++) {
			__m256i w = _mm256_set1_epi32(weight[k]);
			a = _mm256_add_epi32(a, _mm256_mullo_epi32(widen8(row[k] + x), w));
			b = _mm256_add_epi32(b, _mm256_mullo_epi32(widen8(row[k] + x + 8), w));
		}
		// The packs work on halves: a0 b0 a1 b1 becomes a0 a1 b0 b1.
		__m256i both = _mm256_packus_epi32(_mm256_srai_epi32(a, PRECISION), _mm256_srai_epi32(b, PRECISION));
		both = _mm256_permute4x64_epi64(both, 0xd8);
		__m128i v = _mm_packus_epi16(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
		if (x + 16 <= size) {
			_mm_storeu_si128((__m128i *)(dst + x), v);
		} else {
			uint8_t last[16];
			_mm_storeu_si128((__m128i *)last, v);
			memcpy(dst + x, last, size - x);
		}
	}
}

int kindred_can_shrink(void) { return __builtin_cpu_supports("avx2") != 0; }

// Eight rows at a time go along x into a ring; when those of an output row are
// there, they go along y. The ring stays in the processor's first caches.
AVX2 int kindred_shrink(uint8_t *dst, const uint8_t *src, int w, int h,
		const struct taps *across, const struct taps *down) {
	int most = down->most, size = 3 * across->n, rows = most + 8;
	size_t line = 3 * (size_t)w, stride = (size_t)size + 32;
	// the rows in order, the ring, columns before and after
	uint8_t **row = malloc(most * sizeof *row + rows * stride + 8 * (line + 8) + 8 * stride);
	if (!row)
		return 1;
	uint8_t *ring = (uint8_t *)(row + most), *before = ring + rows * stride, *after = before + 8 * (line + 8);
	memset(after, 0, 8 * stride);
	int done = 0;
	for (int y = 0; y < down->n; y++) {
		int first = down->first[y];
		for (; done < first + most; done += 8) {
			const uint8_t *in[8];
			uint8_t *out[8];
			for (int i = 0; i < 8; i++) {
				in[i] = src + line * (done + i < h ? done + i : h - 1);
				out[i] = ring + (done + i) % rows * stride;
			}
			to_columns(before, in, line);
			along_x(after, before, across);
			to_rows(out, after, size);
		}
		for (int k = 0; k < most; k++)
			row[k] = ring + (first + k) % rows * stride;
		along_y(dst + (size_t)size * y, row, down->weight + (size_t)most * y, most, size);
	}
	free(row);
	return 0;
}

#else

int kindred_can_shrink(void) { return 0; }

int kindred_shrink(uint8_t *dst, const uint8_t *src, int w, int h,
		const struct taps *across, const struct taps *down) {
	return 1;
}

#endif
