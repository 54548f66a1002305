#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "encode/encoder.h"
#include "guarded-thread.h"

namespace porthole {

/// Raw pixels that somebody else keeps until they are encoded.
struct RawFrame {
	enum class Format { kBgra, kRgba, kNv12 };
	Format format = Format::kBgra;
	const std::uint8_t* pixels = nullptr;
	int stride = 0;  ///< Bytes a row of the first plane.
	bool keyframe = false;
};

/// Codes one given frame after the other on its own thread. Each gets an answer, at no pace but the giver's.
class PixelEncoder {
public:
	/// Both are called on the encoder's thread: `encoded` after each frame (without data when rate control left it out),
	/// `failed` instead of it, at most once.
	struct Events {
		std::function<void(EncodedFrame)> encoded;
		std::function<void(const std::string& code, const std::string& message)> failed;
	};

	/// Throws NativeError when the encoder cannot be made.
	PixelEncoder(const EncoderKind& kind, const EncoderSettings& settings, Events events);
	~PixelEncoder();

	/// Bytes that a frame of the settings' size has.
	std::size_t BytesOf(const RawFrame& frame) const;

	/// Whether a row of its stride holds a row of its pixels.
	bool StrideFits(const RawFrame& frame) const;

	/// False when the one before is still being encoded.
	bool Encode(const RawFrame& frame);

	void SetRate(const Rate& rate);
	const std::string& description() const { return description_; }

	/// Ends the thread: nothing is called and no pixels are read any more.
	void Close();

private:
	void Run();
	EncodedFrame Encode(const RawFrame& frame, const std::optional<Rate>& rate);

	const int width_;
	const int height_;
	Events events_;
	I420Frame frame_;
	std::unique_ptr<Encoder> encoder_;
	std::string description_;
	bool first_ = true;

	std::mutex mutex_;
	std::condition_variable wake_;
	std::optional<RawFrame> job_;
	std::optional<Rate> rate_;
	bool closing_ = false;
	GuardedThread thread_;
};

}  // namespace porthole
