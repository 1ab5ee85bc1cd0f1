//go:build cgo && !purejpeg

#include <stdint.h>
#include <string.h>

#include "luma.h"

// As in shrink.c.
#if defined(__x86_64__) && !defined(_WIN32)

#include <immintrin.h>

int kindred_can_luma(void) { return __builtin_cpu_supports("avx2") != 0; }

// The weights are package quality's, that of green in two halves, as products
// of 16 bits have a sign.
__attribute__((target("avx2"))) void kindred_luma(uint8_t *dst, const uint8_t *src, size_t n,
		uint32_t histogram[256], uint64_t *chroma) {
	const __m256i rg = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1));
	const __m256i gb = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(1, -1, 2, -1, 4, -1, 5, -1, 7, -1, 8, -1, 10, -1, 11, -1));
	const __m256i weight_rg = _mm256_set1_epi32(19235 << 16 | 19595);
	const __m256i weight_gb = _mm256_set1_epi32(7471 << 16 | 19235);
	const __m256i half = _mm256_set1_epi32(1 << 15), low = _mm256_set1_epi32(0xffff);
	const __m256i gather = _mm256_setr_epi32(0, 4, 0, 4, 0, 4, 0, 4);
	// Neighbours are mostly equal, and to add to one number again and again
	// waits for memory each time, so there are four to take turns.
	uint32_t parts[4][256];
	memset(parts, 0, sizeof parts);
	uint64_t spread = 0;
	size_t i = 0;
	while (i + 10 <= n) { // two pixels more than are used are read
		__m256i sum = _mm256_setzero_si256();
		for (size_t stop = i + (1 << 20); i + 10 <= n && i < stop; i += 8) {
			const uint8_t *s = src + 3 * i;
			__m256i v = _mm256_inserti128_si256(
				_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)s)),
				_mm_loadu_si128((const __m128i *)(s + 12)), 1);
			__m256i a = _mm256_shuffle_epi8(v, rg), b = _mm256_shuffle_epi8(v, gb);
			__m256i y = _mm256_add_epi32(_mm256_madd_epi16(a, weight_rg), _mm256_madd_epi16(b, weight_gb));
			y = _mm256_srli_epi32(_mm256_add_epi32(y, half), 16);
			y = _mm256_packus_epi16(_mm256_packus_epi32(y, y), y);
			uint64_t eight = _mm_cvtsi128_si64(_mm256_castsi256_si128(_mm256_permutevar8x32_epi32(y, gather)));
			memcpy(dst + i, &eight, 8);
			for (int k = 0; k < 8; k++, eight >>= 8)
				parts[k & 3][eight & 255]++;
			__m256i most = _mm256_max_epi16(a, b), least = _mm256_min_epi16(a, b);
			most = _mm256_max_epi16(most, _mm256_srli_epi32(most, 16));
			least = _mm256_min_epi16(least, _mm256_srli_epi32(least, 16));
			sum = _mm256_add_epi32(sum, _mm256_and_si256(_mm256_sub_epi16(most, least), low));
		}
		uint32_t each[8];
		_mm256_storeu_si256((__m256i *)each, sum);
		for (int k = 0; k < 8; k++)
			spread += each[k];
	}
	for (; i < n; i++) {
		int r = src[3 * i], g = src[3 * i + 1], b = src[3 * i + 2];
		int most = r > g ? r : g, least = r < g ? r : g;
		dst[i] = (19595 * r + 38470 * g + 7471 * b + (1 << 15)) >> 16;
		parts[0][dst[i]]++;
		spread += (most > b ? most : b) - (least < b ? least : b);
	}
	for (int k = 0; k < 256; k++)
		histogram[k] = parts[0][k] + parts[1][k] + parts[2][k] + parts[3][k];
	*chroma = spread;
}

#else

int kindred_can_luma(void) { return 0; }

void kindred_luma(uint8_t *dst, const uint8_t *src, size_t n, uint32_t histogram[256], uint64_t *chroma) {}

#endif
