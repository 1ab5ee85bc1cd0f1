package thumb

// Cost says about how many bytes Decode takes for a picture at its highest, with
// what it returns; 0 for files that Decode refuses by their header. It reads no
// more than the header.
func (d Decoder) Cost(data []byte, minShort int) (bytes int64) {
	var err error
	defer recovered(&err)
	h, err := d.sized(data)
	if err != nil || h.cut != "" {
		return 0
	}
	den := 1
	if h.Format == JPEG || h.heif.Codec != "" {
		den = scaleFor(h.w, h.h, minShort)
	}
	stored := int64(h.w) * int64(h.h)
	result := 3 * int64(scaled(h.w, den)) * int64(scaled(h.h, den))
	if h.exif || h.Orientation > 1 { // turned into another picture
		result *= 2
	}
	switch h.Format {
	case JPEG:
		result += int64(h.jpeg.components) * stored / int64(den*den)
		if !Turbo {
			result += 6 * stored
		}
		if h.jpeg.progressive { // all coefficients are held, 16 bits each, with image/jpeg 32
			result += 2 * int64(h.jpeg.components) * stored
		}
		return result
	case HEIC, AVIF:
		return result + h.heif.Cost()
	case PNG:
		return result + stored*pixelPNG(data)
	case GIF:
		return 2*result + stored
	case BMP:
		return result + 4*stored
	}
	return result + 8*stored // TIFF of 16 bits, WebP with what its transforms need
}

// pixelPNG is how many bytes image/png takes for a pixel, by depth, colour type
// and interlacing of the header (PNG specification, section 11.2.1).
func pixelPNG(data []byte) int64 {
	n := int64(4)
	switch data[25] {
	case 0:
		n = 1
	case 3:
		return 1
	}
	if data[24] == 16 {
		n *= 2
	}
	if data[28] == 1 {
		n += n / 2 // the passes, half of the picture in the last
	}
	return n
}
