#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace porthole {

/// A picture, RGBA with premultiplied alpha, `width * 4` bytes a row, top row first.
struct PdfPicture {
	int width = 0;
	int height = 0;
	std::vector<std::uint8_t> rgba;
};

/// First page of a PDF at `scale` pixels a point, at most 8192 pixels a side; what the page does not cover is clear.
/// Throws NativeError `unreadable-pdf`. Not yet run on a Mac.
PdfPicture RenderPdf(const std::string& path, double scale);

}  // namespace porthole
