#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "encode/rectangle.h"
#include "encode/rendition-set.h"
#include "encode/source-sink.h"
#include "guarded-thread.h"

namespace porthole {

/// Codes frames that somebody else draws, on its own thread. One frame waits; a newer one replaces it.
class PixelSource {
public:
	/// Throws NativeError when the encoder cannot be made.
	PixelSource(const EncoderKind& kind, int width, int height, PixelFormat format, const Rate& rate, SourceSink& sink);
	~PixelSource();

	/// Copies the changed parts (everything when there are none) of a whole frame, `stride` bytes a row.
	void Encode(const std::uint8_t* pixels, int stride, std::span<const Rectangle> changed, double capture_time);

	void RequestKeyframe(Rendition rendition);
	/// Without a rate the rendition rests.
	void SetRate(Rendition rendition, const std::optional<Rate>& rate);
	SourceStats stats() const { return renditions_.stats(); }
	const std::string& description() const { return renditions_.description(); }

	/// Ends the thread; nothing reaches the sink afterwards.
	void Close();

private:
	void Run();
	void ConvertWaiting();
	void Wake();

	const int width_;
	const int height_;
	const PixelFormat format_;
	SourceSink& sink_;
	RenditionSet renditions_;

	std::mutex mutex_;
	std::condition_variable wake_;
	/// The newest frame. Kept whole, so that only what changed needs to be copied into it.
	std::unique_ptr<std::uint8_t[]> waiting_;
	ChangedRegion waiting_changes_;
	double waiting_capture_time_ = 0;
	double copy_ms_ = 0;
	bool has_frame_ = false;
	bool changed_ = false;
	bool closing_ = false;
	GuardedThread thread_;
};

}  // namespace porthole
