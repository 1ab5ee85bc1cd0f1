// Whether this processor and build have the kernel.
int kindred_can_luma(void);

// What package quality measures of n pixels of RGB: luma, its histogram, and
// the largest minus the smallest colour added up.
void kindred_luma(uint8_t *dst, const uint8_t *src, size_t n, uint32_t histogram[256], uint64_t *chroma);
