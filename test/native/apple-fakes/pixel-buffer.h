#pragma once

#include <CoreVideo/CoreVideo.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "foundation.h"
#include "object.h"
#include "surface.h"

namespace porthole::fakes {

class PixelBufferPool;

/// A picture in BGRA or NV12, its own or a surface's.
class PixelBuffer final : public Object {
public:
	/// What was in memory before is in it.
	PixelBuffer(std::size_t width, std::size_t height, OSType format, PixelBufferPool* pool);
	explicit PixelBuffer(Surface& surface);
	void Clear() override;

	std::uint8_t* plane(std::size_t index) { return pixels.data() + (index == 0 ? 0 : stride * height); }
	CFTypeRef attachment(CFStringRef key) const { return attachments_ == nullptr ? nullptr : attachments_->Get(key); }
	void Attach(CFStringRef key, CFTypeRef value);

	const std::size_t width;
	const std::size_t height;
	const OSType format;
	/// Of all planes, bytes.
	const std::size_t stride;
	std::vector<std::uint8_t> pixels;
	Surface* const surface = nullptr;
	std::atomic<int> locks{0};
	/// How many encoders have not given it back.
	std::atomic<int> encoding{0};

private:
	PixelBufferPool* const pool_;
	Dictionary* attachments_ = nullptr;
};

class PixelBufferPool final : public Object {
public:
	PixelBufferPool(std::size_t width, std::size_t height, OSType format)
		: Object("CVPixelBufferPool"), width(width), height(height), format(format) {}

	const std::size_t width;
	const std::size_t height;
	const OSType format;
	/// Buffers that somebody has.
	std::atomic<int> given{0};
};

}  // namespace porthole::fakes
