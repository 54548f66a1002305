#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "encode/i420-frame.h"
#include "foundation.h"
#include "pixel-buffer.h"
#include "script.h"

namespace porthole::fakes {

namespace {

class PixelTransfer final : public Object {
public:
	PixelTransfer() : Object("VTPixelTransferSession") {}
	bool valid = true;
	bool crops = false;
};

struct Area {
	std::size_t width;
	std::size_t height;
};

/// What of the source is shown: its clean aperture, which must begin at the top left here.
Area Shown(const PixelBuffer& source, bool crops) {
	const CFTypeRef attached = crops ? source.attachment(kCVImageBufferCleanApertureKey) : nullptr;
	if (attached == nullptr) return {source.width, source.height};
	const auto* const aperture = static_cast<CFDictionaryRef>(attached);
	const double width = NumberIn(aperture, kCVImageBufferCleanApertureWidthKey, 0);
	const double height = NumberIn(aperture, kCVImageBufferCleanApertureHeightKey, 0);
	// corevideo/kcvimagebuffercleanaperturehorizontaloffsetkey: of the aperture's middle from the frame's.
	const double left = (static_cast<double>(source.width) - width) / 2 +
		NumberIn(aperture, kCVImageBufferCleanApertureHorizontalOffsetKey, 0);
	const double top = (static_cast<double>(source.height) - height) / 2 +
		NumberIn(aperture, kCVImageBufferCleanApertureVerticalOffsetKey, 0);
	if (left != 0 || top != 0) Fault("a clean aperture is not at the top left");
	return {static_cast<std::size_t>(width), static_cast<std::size_t>(height)};
}

/// Takes every so many pixels of `size` bytes each: a frame of another size.
void Thin(const std::uint8_t* from, std::size_t from_stride, Area area, std::uint8_t* to, std::size_t to_stride,
	std::size_t width, std::size_t first, std::size_t end, std::size_t height, std::size_t size) {
	for (std::size_t y = first; y < end; y++) {
		const std::uint8_t* row = from + y * area.height / height * from_stride;
		for (std::size_t x = 0; x < width; x++) {
			std::copy_n(row + x * area.width / width * size, size, to + y * to_stride + x * size);
		}
	}
}

/// Copies a surface in two halves, so that somebody may draw in between.
std::vector<std::uint8_t> PixelsOf(Surface& surface, Area area, std::size_t width, std::size_t height) {
	std::vector<std::uint8_t> pixels(width * height * 4);
	const auto copy = [&](std::size_t first, std::size_t end) {
		const std::lock_guard lock(surface.mutex);
		Thin(surface.pixels.data(), surface.stride, area, pixels.data(), width * 4, width, first, end, height, 4);
	};
	copy(0, height / 2);
	if (const auto in_between = script().ways().in_transfer) in_between();
	copy(height / 2, height);
	return pixels;
}

void ToNv12(const std::vector<std::uint8_t>& pixels, PixelBuffer& target) {
	const int width = static_cast<int>(target.width);
	const int height = static_cast<int>(target.height);
	I420Frame frame(width, height);
	frame.Convert(PixelFormat::kBgra, pixels.data(), width * 4, {0, 0, width, height});
	const int stride = static_cast<int>(target.stride);
	frame.ToNv12({target.plane(0), target.plane(1), stride, stride});
}

OSStatus Transfer(PixelTransfer& session, PixelBuffer& source, PixelBuffer& target) {
	if (!session.valid) return kVTInvalidSessionErr;
	if (target.encoding > 0) Fault("a CVPixelBuffer was written to while an encoder had it");
	if (target.surface != nullptr) Fault("a surface of others was written to");
	if (const OSStatus status = script().Take(&Script::Turns::transfer)) return status;
	const Area area = Shown(source, session.crops);
	if (source.surface != nullptr) {
		const std::vector<std::uint8_t> pixels = PixelsOf(*source.surface, area, target.width, target.height);
		if (target.format != kCVPixelFormatType_32BGRA) {
			ToNv12(pixels, target);
		} else {
			Thin(pixels.data(), target.width * 4, {target.width, target.height}, target.plane(0), target.stride,
				target.width, 0, target.height, target.height, 4);
		}
		return noErr;
	}
	if (source.format != target.format || source.format == kCVPixelFormatType_32BGRA)
		return kVTPixelTransferNotSupportedErr;
	for (std::size_t plane = 0; plane < 2; plane++) {
		const Area part{area.width / (plane + 1), area.height / (plane + 1)};
		const std::size_t width = target.width / (plane + 1);
		const std::size_t height = target.height / (plane + 1);
		Thin(source.plane(plane), source.stride, part, target.plane(plane), target.stride, width, 0, height, height,
			plane + 1);
	}
	return noErr;
}

}  // namespace

/// For VTSessionSetProperty, which takes sessions of both kinds.
bool SetTransferProperty(Object& session, CFStringRef key, CFTypeRef value) {
	auto* transfer = dynamic_cast<PixelTransfer*>(&session);
	if (transfer == nullptr) return false;
	if (CFEqual(key, kVTPixelTransferPropertyKey_ScalingMode)) {
		transfer->crops = CFEqual(value, kVTScalingMode_CropSourceToCleanAperture);
	}
	return true;
}

}  // namespace porthole::fakes

using namespace porthole::fakes;

PORTHOLE_FAKE_STRING(kVTPixelTransferPropertyKey_ScalingMode);
PORTHOLE_FAKE_STRING(kVTScalingMode_CropSourceToCleanAperture);
PORTHOLE_FAKE_STRING(kVTPixelTransferPropertyKey_DestinationYCbCrMatrix);
PORTHOLE_FAKE_STRING(kVTPixelTransferPropertyKey_DestinationColorPrimaries);
PORTHOLE_FAKE_STRING(kVTPixelTransferPropertyKey_DestinationTransferFunction);
PORTHOLE_FAKE_STRING(kVTPixelTransferPropertyKey_RealTime);

OSStatus VTPixelTransferSessionCreate(CFAllocatorRef, VTPixelTransferSessionRef* out) {
	*out = RefOf<VTPixelTransferSessionRef>(*new PixelTransfer);
	return noErr;
}

void VTPixelTransferSessionInvalidate(VTPixelTransferSessionRef session) {
	As<PixelTransfer>(session, "VTPixelTransferSessionInvalidate").valid = false;
}

OSStatus VTPixelTransferSessionTransferImage(VTPixelTransferSessionRef session, CVPixelBufferRef source,
	CVPixelBufferRef target) {
	constexpr auto kName = "VTPixelTransferSessionTransferImage";
	return Transfer(As<PixelTransfer>(session, kName), As<PixelBuffer>(source, kName), As<PixelBuffer>(target, kName));
}
