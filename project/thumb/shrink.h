// The triangle filter of package embed (resample.go), value for value.

// Weights along one axis: output i adds the inputs first[i] to first[i]+most,
// weighted by weight[i*most] and on, fractions of 1<<22.
struct taps {
	const int32_t *first, *weight;
	int n, most;
};

// Whether this processor and build have the kernel.
int kindred_can_shrink(void);

// Filters h rows of w pixels of RGB to across->n x down->n pixels; dst has room
// for exactly those. Returns 0, or 1 when there is no memory.
int kindred_shrink(uint8_t *dst, const uint8_t *src, int w, int h,
		const struct taps *across, const struct taps *down);
