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

// across filters a row along x, a pixel in the lower three of four lanes. It
// reads one byte behind the row and writes one behind dst.
INLINE void row_of(uint8_t *dst, const uint8_t *src, const struct taps *t, int most) {
	const __m128i half = _mm_set1_epi32(HALF), white = _mm_set1_epi32(255);
	const __m128i lowest = _mm_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
	const int32_t *weight = t->weight;
	for (int x = 0; x < t->n; x++, weight += most) {
		const uint8_t *in = src + 3 * (size_t)t->first[x];
		__m128i sum = half;
		for (int k = 0; k < most; k++) {
			int32_t four;
			memcpy(&four, in + 3 * k, 4);
			__m128i v = _mm_cvtepu8_epi32(_mm_cvtsi32_si128(four));
			sum = _mm_add_epi32(sum, _mm_mullo_epi32(v, _mm_set1_epi32(weight[k])));
		}
		sum = _mm_min_epi32(_mm_srai_epi32(sum, PRECISION), white);
		int32_t four = _mm_cvtsi128_si32(_mm_shuffle_epi8(sum, lowest));
		memcpy(dst + 3 * x, &four, 4);
	}
}

// A loop of known length is unrolled; these are the ones that photos take.
AVX2 static void along_x(uint8_t *dst, const uint8_t *src, const struct taps *t) {
	switch (t->most) {
	case 2:
		row_of(dst, src, t, 2);
		break;
	case 3:
		row_of(dst, src, t, 3);
		break;
	case 4:
		row_of(dst, src, t, 4);
		break;
	case 5:
		row_of(dst, src, t, 5);
		break;
	default:
		row_of(dst, src, t, t->most);
	}
}

INLINE __m256i eight(const uint8_t *p) {
	return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p));
}

// along_y filters n rows of size bytes, rounded up to 16.
AVX2 static void along_y(uint8_t *dst, uint8_t *const *row, const int32_t *weight, int n, int size) {
	const __m256i half = _mm256_set1_epi32(HALF);
	for (int x = 0; x < size; x += 16) {
		__m256i a = half, b = half;
		for (int k = 0; k < n; k++) {
			__m256i w = _mm256_set1_epi32(weight[k]);
			a = _mm256_add_epi32(a, _mm256_mullo_epi32(eight(row[k] + x), w));
			b = _mm256_add_epi32(b, _mm256_mullo_epi32(eight(row[k] + x + 8), w));
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

// One row at a time goes along x into a ring of as many rows as the filter is
// high; when those of an output row are there, they go along y. The ring stays
// in the processor's first cache.
int kindred_shrink(uint8_t *dst, const uint8_t *src, int w, int h,
		const struct taps *across, const struct taps *down) {
	int most = down->most, size = 3 * across->n;
	size_t stride = (size_t)size + 32, line = 3 * (size_t)w;
	// the rows in order, the ring, the picture's last row with a byte behind it
	uint8_t **row = malloc(most * sizeof *row + most * stride + line + 1);
	if (!row)
		return 1;
	uint8_t *ring = (uint8_t *)(row + most), *spare = ring + most * stride;
	memset(ring, 0, most * stride);
	int done = down->first[0]; // rows before it are in the ring, or not needed
	for (int y = 0; y < down->n; y++) {
		int first = down->first[y];
		for (; done < first + most; done++) {
			const uint8_t *in = src + line * done;
			if (done == h - 1) {
				memcpy(spare, in, line);
				spare[line] = 0;
				in = spare;
			}
			along_x(ring + done % most * stride, in, across);
		}
		for (int k = 0; k < most; k++)
			row[k] = ring + (first + k) % most * stride;
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
